#include "libs/store/backup.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "libs/base/check.h"
#include "libs/faults/faults.h"
#include "libs/store/fact_table.h"
#include "libs/store/testing.h"

namespace shian::store {
namespace {

namespace fs = std::filesystem;

const FactTable kThings("thing", {"id", "note"}, 1);
constexpr char kThingSchema[] =
    "CREATE TABLE thing (id INT64 NOT NULL, note TEXT NOT NULL, digest BYTES NOT NULL, "
    "PRIMARY KEY (id));";

Schema ThingSchema() {
  Schema schema(7);
  schema.migrations.push_back({"test", 1, "thing", kThingSchema});
  return schema;
}

struct World {
  World() : store(ThingSchema()) { Put(1, 500); }
  void Put(int64_t first, int64_t count) {
    const auto put = store.Write(absl::Now(), [=](WriteTx& tx) -> absl::StatusOr<std::string> {
      for (int64_t id = first; id < first + count; ++id) {
        const absl::Status status = kThings.Put(tx, Values(id, std::string(300, 'x')));
        if (!status.ok()) return status;
      }
      return "";
    });
    SHIAN_CHECK(put.ok());  // also called by a thread, where Catch cannot count
  }
  std::string Copy() { return folder.path() + "/copy"; }
  absl::Status Take(const std::function<void()>& taken = [] {}) {
    return CopyFile(store.path(), Copy(), taken);
  }
  TemporaryStore store;
  TemporaryFolder folder;
};

int64_t Count(Store& store) {
  int64_t count = -1;
  REQUIRE(store
              .ReadNow([&](ReadTx& tx) -> absl::Status {
                const auto row = tx.QueryOne({"SELECT count(*) FROM thing"}, {});
                if (row.ok() && row->has_value()) count = (*row)->Int(0);
                return row.status();
              })
              .ok());
  return count;
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& found : fs::directory_iterator(folder)) names.push_back(found.path().filename());
  return names;
}

}  // namespace

TEST_CASE("a copy is the state at `taken`, whatever is written then", "[sqlite]") {
  World world;
  REQUIRE(world.Take([&] { world.Put(501, 2000); }).ok());
  const auto copy = OpenCopy(world.Copy(), CopyUse::kRead);
  REQUIRE(copy.ok());
  CHECK(CheckCopy(**copy).ok());
  CHECK(Count(**copy) == 500);
  CHECK(Count(*world.store) == 2500);
  CHECK((*copy)->origin() == "shian.test/410902");
  // Reading it left nothing beside it.
  CHECK(FilesIn(world.folder.path()) == std::vector<std::string>{"copy"});
}

TEST_CASE("copies under load end, and each is whole", "[sqlite]") {
  World world;
  std::atomic<bool> ended{false};
  std::thread writer([&] {
    for (int64_t id = 1000; !ended; id += 10) world.Put(id, 10);
  });
  for (int i = 0; i < 10; ++i) {
    REQUIRE(world.Take().ok());
    auto copy = OpenCopy(world.Copy(), CopyUse::kRead);
    REQUIRE(copy.ok());
    CHECK(CheckCopy(**copy).ok());
    CHECK(Count(**copy) % 10 == 0);  // never half a write
    copy->reset();
    fs::remove(world.Copy());
  }
  ended = true;
  writer.join();
}

TEST_CASE("a copy that fails leaves no file, and never replaces one", "[sqlite]") {
  World world;
  REQUIRE(faults::Arm("backup_mid=error:UNAVAILABLE").ok());
  CHECK(absl::IsUnavailable(world.Take()));
  REQUIRE(faults::Arm("").ok());
  CHECK(FilesIn(world.folder.path()).empty());
  std::ofstream(world.Copy()) << "mine";
  CHECK_FALSE(world.Take().ok());
  CHECK(fs::file_size(world.Copy()) == 4);
}

TEST_CASE("what is changed in a copy is in its one file", "[sqlite]") {
  World world;
  REQUIRE(world.Take().ok());
  {
    const auto copy = OpenCopy(world.Copy(), CopyUse::kChange);
    REQUIRE(copy.ok());
    const auto put = [](int64_t id, bool fail) {
      return [=](WriteTx& tx) -> absl::StatusOr<std::string> {
        const absl::Status status = kThings.Put(tx, Values(id, "new"));
        if (!status.ok()) return status;
        if (fail) return absl::AbortedError("not after all");
        return tx.NewId();
      };
    };
    CHECK((*copy)->WriteAndWait({.now = absl::Now(), .caller = "test"}, put(9001, false)).ok());
    CHECK_FALSE(
        (*copy)->WriteAndWait({.now = absl::Now(), .caller = "test"}, put(9002, true)).ok());
  }
  CHECK(FilesIn(world.folder.path()) == std::vector<std::string>{"copy"});
  const auto copy = OpenCopy(world.Copy(), CopyUse::kRead);
  REQUIRE(copy.ok());
  CHECK(Count(**copy) == 501);
  CHECK_FALSE((*copy)
                  ->WriteAndWait({.now = absl::Now(), .caller = "test"},
                                 [](WriteTx& tx) -> absl::StatusOr<std::string> {
                                   const auto status = kThings.Put(tx, Values(1, "new"));
                                   return status.ok() ? absl::StatusOr<std::string>("") : status;
                                 })
                  .ok());
}

TEST_CASE("a row that was changed in a copy is named; what is no store is refused", "[sqlite]") {
  World world;
  REQUIRE(world.Take().ok());
  std::ifstream in(world.Copy(), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const size_t at = bytes.rfind("xxxxxxxx");
  REQUIRE(at != std::string::npos);
  bytes[at] = 'y';
  std::ofstream(world.Copy(), std::ios::binary) << bytes;
  auto copy = OpenCopy(world.Copy(), CopyUse::kRead);
  REQUIRE(copy.ok());
  const absl::Status damaged = CheckCopy(**copy);
  CHECK(absl::IsDataLoss(damaged));
  CHECK(damaged.message().find("thing") != std::string::npos);
  std::ofstream(world.folder.path() + "/text") << "no database at all, but long enough to be one";
  CHECK_FALSE(OpenCopy(world.folder.path() + "/text", CopyUse::kRead).ok());
  CHECK_FALSE(OpenCopy(world.folder.path() + "/none", CopyUse::kRead).ok());
}

}  // namespace shian::store
