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
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/testing.h"
#include "libs/store/scrub.h"
#include "libs/store/test_child.h"

namespace shian::store {
namespace {

constexpr int kStalls = 600;

std::string BytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Flip(std::string* bytes, size_t at, int bit) {
  (*bytes)[at] = static_cast<char>((*bytes)[at] ^ (1 << bit));
}

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
  return BytesOf(folder.path() + "/store.db");
}

// A file and the log beside it, as a process leaves them that ends without a word: the last of the
// stalls stand in the log alone.
struct WithLog {
  std::string file;
  std::string log;
};

WithLog MakeFileWithLog() {
  const TemporaryFolder folder;
  const pid_t child = Fork([&] {
    const auto store = OpenAt(folder.path());
    if (store == nullptr) return 1;
    for (int64_t i = 1; i <= kStalls; ++i) {
      if (!store->WriteAndWait(Request("r" + std::to_string(i)), InsertStall("operators/1", i))
               .ok()) {
        return 2;
      }
    }
    return raise(SIGKILL);
  });
  REQUIRE(WIFSIGNALED(Wait(child)));
  return {BytesOf(folder.path() + "/store.db"), BytesOf(folder.path() + "/store.db-wal")};
}

// Every stall by its number, as SQLite gives it, and nothing when it finds the file damaged, which
// is told by `broken`.
std::map<int64_t, std::string> AsSqliteSees(const std::string& path, bool* broken = nullptr) {
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
  if (broken != nullptr) *broken = all == nullptr;
  if (sqlite3_finalize(all) != SQLITE_OK) {
    rows.clear();
    if (broken != nullptr) *broken = true;
  }
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
    int64_t named = 0;
    const std::string last = name.substr(name.rfind(' ') + 1);
    return absl::StartsWith(name, "stall ") && (!absl::SimpleAtoi(last, &named) || named == number);
  });
}

int64_t CountRequests(Store& store) {
  int64_t count = -1;
  const absl::Status read = store.ReadNow([&](ReadTx& tx) -> absl::Status {
    const auto row = tx.QueryOne({"SELECT count(*) FROM request"}, {});
    if (row.ok()) count = (*row)->Int(0);
    return row.status();
  });
  return read.ok() ? count : -1;
}

TEST_CASE("a whole store scrubs clean", "[sqlite]") {
  const TemporaryFolder folder;
  const std::string bytes = MakeFile();
  std::ofstream(folder.path() + "/store.db", std::ios::binary) << bytes;
  const auto store = OpenAt(folder.path());
  REQUIRE(store != nullptr);
  int64_t rows = 0;
  CHECK(Scrubbed(*store, &rows) == std::set<std::string>());
  CHECK(rows == 2 * kStalls);  // and a reply each
}

TEST_CASE("every flipped bit that changes a row is found, and the row is named", "[sqlite]") {
  std::mt19937_64 random(testing::Seed());
  const std::string whole = MakeFile();
  const TemporaryFolder first;
  std::ofstream(first.path() + "/store.db", std::ios::binary) << whole;
  const auto right = AsSqliteSees(first.path() + "/store.db");
  REQUIRE(right.size() == kStalls);
  int changed = 0, unreadable = 0, vanished = 0;
  const int flips = Rounds(200);
  for (int flip = 0; flip < flips; ++flip) {
    const TemporaryFolder folder;
    const std::string path = folder.path() + "/store.db";
    std::string bytes = whole;
    const size_t at = random() % bytes.size();
    Flip(&bytes, at, static_cast<int>(random() % 8));
    std::ofstream(path, std::ios::binary) << bytes;
    bool broken = false;
    const auto seen = AsSqliteSees(path, &broken);
    const auto store = OpenAt(folder.path());
    if (store == nullptr) {
      ++unreadable;
      continue;  // refused to start: nothing wrong is served
    }
    const std::set<std::string> damaged = Scrubbed(*store);
    INFO("byte " << at << ", found: " << absl::StrJoin(damaged, "; "));
    if (broken || seen.size() < right.size()) {
      // Which rows stood there nobody can say any more, but that some did is said.
      ++(broken ? unreadable : vanished);
      CHECK_FALSE(damaged.empty());
    }
    for (const auto& [number, text] : seen) {
      const auto known = right.find(number);
      if (known != right.end() && known->second == text) continue;
      ++changed;
      INFO("stall " << number);
      CHECK((Names(damaged, number) || damaged.count("stall") == 1));
    }
  }
  INFO(changed << " of " << flips << " flips changed a row as SQLite gives it, " << unreadable
               << " made the file unreadable, " << vanished << " made rows vanish");
  CHECK(changed >= flips / 50);              // about 8 %
  if (flips >= 1000) CHECK(unreadable > 0);  // about 1.5 %
}

// Each page in the log carries a checksum over all before it, so a flip there cuts the log at a
// commit. What was acknowledged behind the cut is gone, and only a checkpoint kept outside tells:
// that is the services' part (tests/fault/disk_test.py). Here: nothing wrong and no half is served.
TEST_CASE("every flipped bit in the log leaves whole writes without a gap, or what it changed",
          "[sqlite]") {
  std::mt19937_64 random(testing::Seed());
  const WithLog whole = MakeFileWithLog();
  REQUIRE_FALSE(whole.log.empty());
  std::map<int64_t, std::string> right;
  int cut = 0;
  const int flips = Rounds(200);
  for (int flip = 0; flip <= flips; ++flip) {
    const TemporaryFolder folder;
    const std::string path = folder.path() + "/store.db";
    std::string log = whole.log;
    const size_t at = random() % log.size();
    if (flip > 0) Flip(&log, at, static_cast<int>(random() % 8));
    std::ofstream(path, std::ios::binary) << whole.file;
    std::ofstream(path + "-wal", std::ios::binary) << log;
    const auto seen = AsSqliteSees(path);
    if (flip == 0) right = seen;
    REQUIRE(right.size() == kStalls);
    const auto store = OpenAt(folder.path());
    if (store == nullptr) continue;  // refused to start: nothing wrong is served
    INFO("byte " << at << " of " << log.size() << ", " << seen.size() << " stalls");
    const std::set<std::string> damaged = Scrubbed(*store);
    for (const auto& [number, text] : seen) {
      CHECK((right.at(number) == text || Names(damaged, number) || damaged.count("stall") == 1));
    }
    const int64_t stalls = CountStalls(*store);
    CHECK((seen.empty() ? stalls == 0 : seen.rbegin()->first == stalls));
    CHECK(CountRequests(*store) == stalls);
    cut += stalls < kStalls ? 1 : 0;
  }
  INFO(cut << " of " << flips << " flips cut the log");
  CHECK(cut >= flips / 10);  // about 30 %
}

}  // namespace
}  // namespace shian::store
