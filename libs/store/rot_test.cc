// Flipped bits in the file of a store that is at rest: SQLite serves most of them as if nothing
// were wrong; the digest of the row does not.
#include <sqlite3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/testing.h"
#include "libs/store/scrub.h"
#include "libs/store/test_child.h"

namespace shian::store {
namespace {

constexpr int kStalls = 600;

std::string MakeFile() {
  const TemporaryFolder folder;
  {
    const auto store = OpenAt(folder.path());
    REQUIRE(store != nullptr);
    for (int64_t i = 1; i <= kStalls; ++i) {
      REQUIRE(store->WriteAndWait(Request("r" + std::to_string(i)), InsertStall("operators/1", i))
                  .ok());
    }
  }
  std::ifstream in(folder.path() + "/store.db", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every stall by its number, as SQLite gives it, and nothing when it finds the file damaged.
std::map<int64_t, std::string> AsSqliteSees(const std::string& path) {
  std::map<int64_t, std::string> rows;
  sqlite3* db = nullptr;
  sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_stmt* all = nullptr;
  sqlite3_prepare_v2(db, "SELECT number, operator || open || label || hex(photo) FROM stall", -1,
                     &all, nullptr);
  while (all != nullptr && sqlite3_step(all) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(all, 1));
    rows[sqlite3_column_int64(all, 0)] = text == nullptr ? "" : text;
  }
  if (sqlite3_finalize(all) != SQLITE_OK) rows.clear();
  sqlite3_close(db);
  return rows;
}

std::set<std::string> Scrubbed(Store& store, int64_t* rows = nullptr) {
  std::set<std::string> damaged;
  Scrub scrub(store);
  for (bool more = true; more;) {
    const auto page = scrub.Next();
    if (!page.ok()) return {"everything"};
    damaged.insert(page->damaged.begin(), page->damaged.end());
    if (rows != nullptr) *rows += page->rows;
    more = page->more;
  }
  return damaged;
}

// By the number as the file now has it; the flip may have hit the rest of the key, or made it
// something that is no number.
bool Names(const std::set<std::string>& damaged, int64_t number) {
  return std::any_of(damaged.begin(), damaged.end(), [&](const std::string& name) {
    return absl::StartsWith(name, "stall ") &&
           (absl::EndsWith(name, absl::StrCat(", ", number)) || absl::EndsWith(name, "(bytes)"));
  });
}

TEST_CASE("a whole store scrubs clean") {
  const TemporaryFolder folder;
  const std::string bytes = MakeFile();
  std::ofstream(folder.path() + "/store.db", std::ios::binary) << bytes;
  const auto store = OpenAt(folder.path());
  REQUIRE(store != nullptr);
  int64_t rows = 0;
  CHECK(Scrubbed(*store, &rows) == std::set<std::string>());
  CHECK(rows == 2 * kStalls);  // and a reply each
}

TEST_CASE("every flipped bit that changes a row is found, and the row is named") {
  std::mt19937_64 random(testing::Seed());
  const std::string whole = MakeFile();
  const TemporaryFolder first;
  std::ofstream(first.path() + "/store.db", std::ios::binary) << whole;
  const auto right = AsSqliteSees(first.path() + "/store.db");
  REQUIRE(right.size() == kStalls);
  int changed = 0;
  const int flips = Rounds(200);
  for (int flip = 0; flip < flips; ++flip) {
    const TemporaryFolder folder;
    const std::string path = folder.path() + "/store.db";
    std::string bytes = whole;
    const size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
    std::ofstream(path, std::ios::binary) << bytes;
    const auto seen = AsSqliteSees(path);
    const auto store = OpenAt(folder.path());
    if (store == nullptr) continue;  // refused to start: nothing wrong is served
    const std::set<std::string> damaged = Scrubbed(*store);
    for (const auto& [number, text] : seen) {
      const auto known = right.find(number);
      if (known != right.end() && known->second == text) continue;
      ++changed;
      INFO("byte " << at << ", stall " << number << ", found: " << absl::StrJoin(damaged, "; "));
      CHECK((Names(damaged, number) || damaged.count("stall") == 1));
    }
  }
  INFO(changed << " of " << flips << " flips changed a row as SQLite gives it");
  CHECK(changed >= flips / 20);
}

}  // namespace
}  // namespace shian::store
