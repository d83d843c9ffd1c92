#include "libs/store/open_matters.h"

#include <catch2/catch.hpp>
#include <functional>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/store/testing.h"

namespace shian::store {
namespace {

void Write(TemporaryStore& store, const std::function<absl::Status(WriteTx&)>& body) {
  const auto written =
      store.Write(absl::FromUnixSeconds(1), [&](WriteTx& tx) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(body(tx));
        return std::string();
      });
  INFO(written.status());
  REQUIRE(written.ok());
}

std::string Listed(TemporaryStore& store, const OpenQuery& query) {
  std::string names;
  const absl::Status status = store.Read([&](ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto matters, ListOpen(tx, query));
    for (const OpenMatter& matter : matters) absl::StrAppend(&names, matter.matter, " ");
    return absl::OkStatus();
  });
  INFO(status);
  REQUIRE(status.ok());
  return names;
}

OpenQuery County() {
  OpenQuery query;
  query.region_from = "410902";
  query.region_to = "410902:";
  query.limit = 10;
  return query;
}

void Fill(TemporaryStore& store) {
  Write(store, [](WriteTx& tx) -> absl::Status {
    for (const OpenMatter& one : {OpenMatter{"9", "cases/1", "410902", "410902", "p1"},
                                  OpenMatter{"7", "cases/2", "410902", "410902", "p2"},
                                  OpenMatter{"7", "leads/3", "410902", "", ""},
                                  OpenMatter{"7", "measures/4", "410902", "housing-fund", ""},
                                  OpenMatter{"5", "cases/5", "410901", "410901", "p1"}}) {
      RETURN_IF_ERROR(NoteOpen(tx, one));
    }
    return absl::OkStatus();
  });
}

TEST_CASE("open matters are listed by division, office and officer") {
  TemporaryStore store;
  Fill(store);
  OpenQuery query = County();
  REQUIRE(Listed(store, query) == "cases/2 leads/3 measures/4 cases/1 ");
  query.organisation = "410902";
  REQUIRE(Listed(store, query) == "cases/2 cases/1 ");
  // What nobody has taken up is the office's whose division it is.
  query.home = "410902";
  REQUIRE(Listed(store, query) == "cases/2 leads/3 cases/1 ");
  query.home = "410901";
  REQUIRE(Listed(store, query) == "cases/2 cases/1 ");
  query = County();
  query.officer = "p1";
  REQUIRE(Listed(store, query) == "cases/1 ");
  query.region_from = "4109";
  query.region_to = "4109:";
  REQUIRE(Listed(store, query) == "cases/5 cases/1 ");
}

TEST_CASE("a page of open matters begins where it is told to") {
  TemporaryStore store;
  Fill(store);
  OpenQuery query = County();
  query.limit = 2;
  REQUIRE(Listed(store, query) == "cases/2 leads/3 ");
  query.from = {"7", "leads/3", "410902", "", ""};
  REQUIRE(Listed(store, query) == "leads/3 measures/4 ");
  // Never in another division, whatever a token says.
  query.from = {"0", "cases/0", "410901", "", ""};
  REQUIRE(Listed(store, query) == "cases/2 leads/3 ");
}

TEST_CASE("an open matter is noted again and dropped") {
  TemporaryStore store;
  Fill(store);
  Write(store, [](WriteTx& tx) -> absl::Status {
    RETURN_IF_ERROR(NoteOpen(tx, {"9", "cases/1", "410902", "410902", "p2"}));
    RETURN_IF_ERROR(DropOpen(tx, "7", "cases/2"));
    return DropOpen(tx, "7", "cases/none");
  });
  OpenQuery query = County();
  query.officer = "p2";
  REQUIRE(Listed(store, query) == "cases/1 ");
}

}  // namespace
}  // namespace shian::store
