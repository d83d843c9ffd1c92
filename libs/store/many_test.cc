#include "libs/store/many.h"

#include <catch2/catch.hpp>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1741000000);

// The stalls as an index: what stands for a digest is nothing's.
const IndexTable& Index() {
  static const auto* table =
      new IndexTable("stall", {"operator", "number", "open", "label", "photo", "digest"});
  return *table;
}
const KeyedQuery& Labels() {
  static const auto* query = new KeyedQuery(
      "SELECT operator, number, label FROM stall WHERE operator = $1 AND number = $2", 2);
  return *query;
}

std::vector<Value> Row(int64_t number) {
  std::vector<Value> row = Values(absl::StrCat("operators/", number % 3), number, true);
  row.push_back(number % 2 == 0 ? Value(absl::StrCat("label ", number)) : Value());
  row.push_back(number % 5 == 0 ? Value(Bytes{"photo"}) : Value());
  row.push_back(Bytes{"none"});
  return row;
}

TEST_CASE("a text is repeated with arguments of its own each time") {
  CHECK(Repeated("a = $1 AND b = $2", 2, 3, " OR ") ==
        "a = $1 AND b = $2 OR a = $3 AND b = $4 OR a = $5 AND b = $6");
  CHECK(Repeated("($1, $11)", 11, 2, ", ") == "($1, $11), ($12, $22)");
  CHECK(Repeated("($1)", 1, 0, ", ").empty());
}

TEST_CASE("any number of rows goes in and is found again, whatever is empty in them") {
  for (const int64_t count : {0, 1, 7, 8, 9, 31, 32, 33, 41, 75}) {
    TemporaryStore store(TestSchema());
    REQUIRE(store
                .Write(kNow,
                       [&](WriteTx& tx) -> absl::StatusOr<std::string> {
                         std::vector<std::vector<Value>> rows;
                         for (int64_t i = 0; i < count; ++i) rows.push_back(Row(i));
                         const absl::Status added = Index().AddAll(tx, std::move(rows));
                         if (!added.ok()) return added;
                         return "";
                       })
                .ok());
    CHECK(CountStalls(*store) == count);
    std::map<int64_t, std::string> found;
    REQUIRE(store
                .Read([&](ReadTx& tx) {
                  std::vector<std::vector<Value>> keys;
                  for (int64_t i = 0; i < count + 3; ++i) {  // three that there are not
                    keys.push_back(Values(absl::StrCat("operators/", i % 3), i));
                  }
                  return Labels().ForEach(tx, std::move(keys), [&](store::Row&& row) {
                    CHECK(found.emplace(row.Int(1), row.Text(2)).second);
                    return absl::OkStatus();
                  });
                })
                .ok());
    CHECK(found.size() == static_cast<size_t>(count));
    for (const auto& [number, label] : found) {
      CHECK(label == (number % 2 == 0 ? absl::StrCat("label ", number) : ""));
    }
  }
}

TEST_CASE("rows of which one is there already fail with their write") {
  TemporaryStore store(TestSchema());
  const auto add = [&](int64_t from, int64_t to) {
    return store
        .Write(kNow,
               [&](WriteTx& tx) -> absl::StatusOr<std::string> {
                 std::vector<std::vector<Value>> rows;
                 for (int64_t i = from; i < to; ++i) rows.push_back(Row(i));
                 const absl::Status added = Index().AddAll(tx, std::move(rows));
                 if (!added.ok()) return added;
                 return "";
               })
        .status();
  };
  REQUIRE(add(0, 5).ok());
  CHECK_FALSE(add(4, 60).ok());
  CHECK(CountStalls(*store) == 5);
}

}  // namespace
}  // namespace shian::store
