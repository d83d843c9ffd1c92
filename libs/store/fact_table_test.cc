#include "libs/store/fact_table.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "libs/base/testing.h"
#include "libs/errors/errors.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1741000000);

WriteFn Do(std::function<absl::Status(WriteTx&)> body) {
  return [body](WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status status = body(tx);
    if (!status.ok()) return status;
    return "";
  };
}

// Changes the closed file behind the store's back.
void Tamper(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

TEST_CASE("a row comes back as it went in") {
  TemporaryStore store(TestSchema());
  REQUIRE(store.Write(kNow, InsertStall("operators/1", 1)).ok());
  REQUIRE(store
              .Write(kNow, Do([](WriteTx& tx) {
                       return Stalls().Insert(
                           tx, Values("operators/2", 2, false, std::monostate(), std::monostate()));
                     }))
              .ok());
  const absl::Status read = store.Read([](ReadTx& tx) {
    const auto full = Stalls().Find(tx, Values("operators/1", 1));
    CHECK((*full)->Text(0) == "operators/1");
    CHECK((*full)->Bool(2));
    CHECK((*full)->Text(3) == "fish");
    CHECK((*full)->Blob(4) == std::string("\0\xff", 2));
    const auto bare = Stalls().Find(tx, Values("operators/2", 2));
    CHECK_FALSE((*bare)->Bool(2));
    CHECK((*bare)->IsNull(3));
    CHECK((*bare)->Text(3).empty());
    const auto none = Stalls().Find(tx, Values("operators/3", 1));
    CHECK(none.ok());
    CHECK_FALSE(none->has_value());
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("a key is taken once") {
  TemporaryStore store(TestSchema());
  REQUIRE(store.Write(kNow, InsertStall("operators/1", 1)).ok());
  CHECK(absl::IsAlreadyExists(store.Write(kNow, InsertStall("operators/1", 1)).status()));
  CHECK(CountStalls(*store) == 1);
}

// What has a meaning somewhere between a caller and a disk.
const std::vector<std::string>& Hostile() {
  static const auto* texts = new std::vector<std::string>{
      "",
      " ",
      "'\"`; DROP TABLE stall; --",
      "x' OR '1'='1' UNION SELECT * FROM sqlite_master --",
      "'; PRAGMA writable_schema=ON; ATTACH '/etc/passwd' AS p; --",
      "$1 ?1 :a @b %s%n {0} ${HOME} $(id)",
      "../../../../etc/passwd\\..\\..",
      "file:///etc/passwd?mode=rwc#x",
      "operators/../operators/2",
      "a\r\n\t\x1b[2J\x7f",
      "\u202e\ufeff\u2028\u200d\U0010ffff",
      "长长长",
      "NULL",
      "0012",
      "1e3",
      "x'00'",
      std::string(70000, '\''),
  };
  return *texts;
}

std::string SomeText(std::mt19937_64& random) {
  static const std::vector<std::string> kPieces = {
      "'",    "\"",   "`",      "\\",   "/", "..", "--", ";",  "%",          "_",
      "$1",   "?",    "[",      "]",    "(", ")",  "\n", "\r", "\t",         " ",
      "\x01", "\x7f", "SELECT", "NULL", "0", "a",  "é",  "长", "\U0001f600", "\ufeff"};
  std::string text;
  for (auto left = random() % 20; left > 0; --left) text += kPieces[random() % kPieces.size()];
  return text;
}

TEST_CASE("text comes back byte for byte, in a key and in a column, whatever it says") {
  std::mt19937_64 random(testing::Seed());
  TemporaryStore store(TestSchema());
  std::vector<std::string> texts = Hostile();
  for (int i = 0; i < 200; ++i) texts.push_back(SomeText(random));
  for (size_t i = 0; i < texts.size(); ++i) {
    INFO(texts[i].substr(0, 100));
    const std::string& key = texts[i];
    const std::string& label = texts[texts.size() - 1 - i];
    const std::vector<Value> row =
        Values(key, static_cast<int64_t>(i), true, label, Bytes{label + std::string("\0", 1)});
    REQUIRE(store.Write(kNow, Do([&](WriteTx& tx) { return Stalls().Insert(tx, row); })).ok());
    const absl::Status read = store.Read([&](ReadTx& tx) {
      const auto found = Stalls().Find(tx, Values(key, static_cast<int64_t>(i)));
      REQUIRE((found.ok() && found->has_value()));
      CHECK((*found)->Text(0) == key);
      CHECK((*found)->Text(3) == label);
      CHECK((*found)->Blob(4) == label + std::string("\0", 1));
      const auto by_label = Stalls().Select(tx, {"WHERE label = $1 AND number = $2"},
                                            Values(label, static_cast<int64_t>(i)));
      CHECK((by_label.ok() && by_label->size() == 1));
      return absl::OkStatus();
    });
    CHECK(read.ok());
  }
  CHECK(CountStalls(*store) == static_cast<int64_t>(texts.size()));
}

TEST_CASE("text with U+0000 is refused, in a key and in a column") {
  TemporaryStore store(TestSchema());
  const std::string bad("a\0b", 3);
  for (const std::vector<Value>& row : {Stall("operators/1", 1, bad), Stall(bad, 1)}) {
    const auto inserted =
        store.Write(kNow, Do([&](WriteTx& tx) { return Stalls().Insert(tx, row); }));
    CHECK(absl::IsInvalidArgument(inserted.status()));
    const auto put = store.Write(kNow, Do([&](WriteTx& tx) { return Stalls().Put(tx, row); }));
    CHECK(absl::IsInvalidArgument(put.status()));
  }
  const absl::Status asked =
      store.Read([&](ReadTx& tx) { return Stalls().Find(tx, Values(bad, 1)).status(); });
  CHECK(absl::IsInvalidArgument(asked));
  CHECK(CountStalls(*store) == 0);
}

TEST_CASE("a row that changed on the disk is not served", "[sqlite]") {
  TemporaryStore store(TestSchema());
  REQUIRE(store.Write(kNow, InsertStall("operators/1", 1)).ok());
  REQUIRE(store.Write(kNow, InsertStall("operators/2", 1)).ok());
  const int64_t before = DamagedRows();
  SECTION("a value") {
    Tamper(store.path(), "UPDATE stall SET label = 'fisi' WHERE operator = 'operators/1'");
  }
  SECTION("a NULL") {
    Tamper(store.path(), "UPDATE stall SET label = NULL WHERE operator = 'operators/1'");
  }
  SECTION("the digest") {
    Tamper(store.path(), "UPDATE stall SET digest = x'00' WHERE operator = 'operators/1'");
  }
  const absl::Status read = store.Read([](ReadTx& tx) {
    const auto bad = Stalls().Find(tx, Values("operators/1", 1));
    CHECK(absl::IsDataLoss(bad.status()));
    CHECK(errors::ReasonOf(bad.status()) == errors::Reason::kDataLoss);
    CHECK_THAT(std::string(bad.status().message()), Catch::Contains("stall"));
    CHECK_THAT(std::string(bad.status().message()), Catch::Contains("operators/1, 1"));
    CHECK(Stalls().Find(tx, Values("operators/2", 1)).ok());
    CHECK_FALSE(Stalls().Select(tx, {"ORDER BY operator"}, {}).ok());
    return absl::OkStatus();
  });
  CHECK(read.ok());
  CHECK(DamagedRows() == before + 2);
}

TEST_CASE("a column added at the end keeps the digests of old rows") {
  const std::vector<Value> row = Values("operators/1", 1, true);
  std::vector<Value> longer = row;
  longer.push_back(std::monostate());
  TemporaryStore store(TestSchema());
  const FactTable narrow("stall", {"operator", "number", "open"}, 2);
  const FactTable wide("stall", {"operator", "number", "open", "label"}, 2);
  REQUIRE(store.Write(kNow, Do([&](WriteTx& tx) { return narrow.Insert(tx, row); })).ok());
  const absl::Status read = store.Read([&](ReadTx& tx) {
    CHECK(wide.Find(tx, Values("operators/1", 1)).ok());
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("any run of inserts, puts and deletes leaves what a map would hold") {
  std::mt19937_64 random(testing::Seed());
  TemporaryStore store(TestSchema());
  std::map<int64_t, std::string> model;
  for (int step = 0; step < 300; ++step) {
    const int64_t number = static_cast<int64_t>(random() % 20);
    const std::string label = "label " + std::to_string(random() % 1000);
    const int kind = static_cast<int>(random() % 3);
    const auto written = store.Write(kNow, Do([=](WriteTx& tx) {
                                       const std::vector<Value> row =
                                           Stall("operators/1", number, label);
                                       if (kind == 0) return Stalls().Insert(tx, row);
                                       if (kind == 1) return Stalls().Put(tx, row);
                                       return Stalls().Delete(tx, Values("operators/1", number));
                                     }));
    if (kind == 0) {
      REQUIRE(written.ok() == model.emplace(number, label).second);
    } else if (kind == 1) {
      model[number] = label;
    } else {
      model.erase(number);
    }
  }
  std::map<int64_t, std::string> found;
  const absl::Status read = store.Read([&](ReadTx& tx) {
    return Stalls().ForEach(tx, {"WHERE operator = $1"}, Values("operators/1"),
                            [&](const Row& row) {
                              found[row.Int(1)] = row.Text(3);
                              return absl::OkStatus();
                            });
  });
  CHECK(read.ok());
  CHECK(found == model);
}

}  // namespace
}  // namespace shian::store
