#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

// One file that is opened again and again with other options.
class File {
 public:
  File() { options_.path = folder_.path() + "/store.db"; }

  absl::Status Open(Schema schema, const std::string& origin = "shian.test/410902") {
    SqliteOptions options;
    options.path = options_.path;
    options.schema = std::move(schema);
    options.origin = origin;
    return OpenSqlite(std::move(options)).status();
  }
  std::string Content() const {
    std::ifstream file(options_.path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  const std::string& path() const { return options_.path; }

 private:
  TemporaryFolder folder_;
  SqliteOptions options_;
};

Schema WithSecondStep(const std::string& sql) {
  Schema schema = TestSchema();
  schema.migrations.push_back({"test", 2, "0002_more", sql});
  return schema;
}

TEST_CASE("a file is brought forward step by step", "[sqlite]") {
  File file;
  REQUIRE(file.Open(TestSchema()).ok());
  REQUIRE(file.Open(WithSecondStep("CREATE INDEX by_label ON stall (label);")).ok());
  REQUIRE(file.Open(WithSecondStep("CREATE INDEX by_label ON stall (label);")).ok());
}

TEST_CASE("a file that is not ours is refused with one line and left as it is", "[sqlite]") {
  File file;
  REQUIRE(file.Open(TestSchema()).ok());
  const std::string before = file.Content();
  absl::Status refused;
  std::string expected;
  SECTION("another application's") {
    Schema other = TestSchema();
    other.application_id = 8;
    refused = file.Open(other);
    expected = "application";
  }
  SECTION("another origin's") {
    refused = file.Open(TestSchema(), "shian.test/410000");
    expected = "shian.test/410902";
  }
  SECTION("a newer one") {
    Schema older(7);
    refused = file.Open(older);
    expected = "newer";
  }
  SECTION("one whose step was edited") {
    Schema edited = TestSchema();
    edited.migrations[0].sql += " ";
    refused = file.Open(edited);
    expected = "another text";
  }
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK_THAT(std::string(refused.message()), Catch::Contains(expected));
  CHECK_THAT(std::string(refused.message()), !Catch::Contains("\n"));
  CHECK(file.Content() == before);
  CHECK(file.Open(TestSchema()).ok());
}

TEST_CASE("a file of another program is refused", "[sqlite]") {
  File file;
  std::ofstream(file.path()) << "these are not the bytes of a database, but a text";
  CHECK_FALSE(file.Open(TestSchema()).ok());
}

TEST_CASE("a step that fails leaves the version before it", "[sqlite]") {
  File file;
  REQUIRE(file.Open(TestSchema()).ok());
  const absl::Status failed = file.Open(WithSecondStep(
      "CREATE INDEX by_label ON stall (label); CREATE INDEX by_none ON nowhere (label);"));
  CHECK_THAT(std::string(failed.message()), Catch::Contains("test/0002_more"));
  CHECK(file.Open(TestSchema()).ok());
  CHECK(file.Open(WithSecondStep("CREATE INDEX by_label ON stall (label);")).ok());
}

TEST_CASE("a file is open once", "[sqlite]") {
  TemporaryStore store(TestSchema());
  SqliteOptions options;
  options.path = store.path();
  options.schema = TestSchema();
  options.origin = "shian.test/410902";
  const absl::Status second = OpenSqlite(std::move(options)).status();
  CHECK(absl::IsFailedPrecondition(second));
  CHECK_THAT(std::string(second.message()), Catch::Contains("another process"));
}

}  // namespace
}  // namespace shian::store
