// Power cuts: a child writes until it is killed, then everything that was not synced is undone,
// wholly or in pieces of 512 bytes, and the store is opened again.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "libs/base/testing.h"
#include "libs/faults/disk.h"
#include "libs/faults/unsynced.h"
#include "libs/store/sqlite_connection.h"
#include "libs/store/test_child.h"

namespace shian::store {
namespace {

struct Toll {
  int lost = 0;     // rounds in which an acknowledged write was gone
  int corrupt = 0;  // rounds after which the file was damaged or would not open
  int64_t acknowledged = 0;
};

bool IsWhole(const std::string& folder) {
  const auto connection =
      SqliteConnection::Open(folder + "/store.db", SqliteConnection::Role::kReader);
  bool whole = false;
  return connection.ok() &&
         (*connection)
             ->Run("PRAGMA integrity_check", {},
                   [&](const Row& row) {
                     whole = row.Text(0) == "ok";
                     return absl::OkStatus();
                   })
             .ok() &&
         whole;
}

// Whether `folder` holds the stalls up to `last` without a gap, each with its kept reply.
bool HoldsAll(Store& store, int64_t last) {
  bool holds = false;
  const absl::Status read = store.ReadNow([&](ReadTx& tx) -> absl::Status {
    const auto stalls = tx.QueryOne({"SELECT count(*) FROM stall"}, {});
    const auto requests = tx.QueryOne({"SELECT count(*) FROM request"}, {});
    holds = stalls.ok() && requests.ok() && (*stalls)->Int(0) >= last &&
            (*stalls)->Int(0) == (*requests)->Int(0);
    return absl::OkStatus();
  });
  return read.ok() && holds;
}

Toll CutPowerOften(Synchronous synchronous, double keep, int rounds) {
  std::mt19937_64 random(testing::Seed());
  Toll toll;
  for (int round = 0; round < rounds; ++round) {
    const TemporaryFolder folder;
    const int64_t acknowledged = WriteAndKill(
        [&] {
          return faults::ArmDisk("unsynced").ok() ? OpenAt(folder.path(), synchronous) : nullptr;
        },
        1, 30000 + static_cast<int64_t>(random() % 60000));
    toll.acknowledged += acknowledged;
    REQUIRE(faults::CutPower(folder.path() + "/store.db", keep, random()).ok());
    const auto store = OpenAt(folder.path());
    const bool whole = store != nullptr && IsWhole(folder.path());
    toll.corrupt += whole ? 0 : 1;
    toll.lost += whole && !HoldsAll(*store, acknowledged) ? 1 : 0;
  }
  return toll;
}

TEST_CASE("a power cut costs no acknowledged write, whatever of the rest reached the disk",
          "[sqlite]") {
  for (const double keep : {0.0, 0.1, 0.5, 0.9}) {
    const Toll toll = CutPowerOften(Synchronous::kFull, keep, Rounds(10));
    INFO("keep " << keep << ", acknowledged " << toll.acknowledged);
    CHECK(toll.acknowledged > 0);
    CHECK(toll.lost == 0);
    CHECK(toll.corrupt == 0);
  }
}

// The negative control: a harness that never sees a loss where there must be some proves nothing.
TEST_CASE("a weaker setting loses writes, and that is noticed", "[sqlite]") {
  const int rounds = Rounds(10);
  for (const Synchronous weaker : {Synchronous::kNormal, Synchronous::kOff}) {
    for (const double keep : {0.0, 0.1, 0.5, 0.9}) {
      const Toll toll = CutPowerOften(weaker, keep, rounds);
      INFO("synchronous " << static_cast<int>(weaker) << ", keep " << keep << ", lost " << toll.lost
                          << ", corrupt " << toll.corrupt << " of " << rounds);
      CHECK(toll.lost + toll.corrupt >= rounds * 3 / 10);
    }
  }
}

std::set<int64_t> NumbersOf(Store& store) {
  std::set<int64_t> numbers;
  const absl::Status read = store.ReadNow([&](ReadTx& tx) -> absl::Status {
    return tx.ForEach({"SELECT number FROM stall"}, {}, [&](const Row& row) {
      numbers.insert(row.Int(0));
      return absl::OkStatus();
    });
  });
  REQUIRE(read.ok());
  return numbers;
}

// 20 writes from a new file on; 0, or what went wrong.
int WriteTwenty(const std::string& folder, const std::string& spec, int out) {
  if (!faults::ArmDisk(spec).ok()) return 1;
  const auto store = OpenAt(folder);
  if (store == nullptr) return 0;  // refused to start: nothing was promised
  for (int64_t i = 1; i <= 20; ++i) {
    const auto written =
        store->WriteAndWait(Request("r" + std::to_string(i)), InsertStall("operators/1", i));
    if (written.ok() && write(out, &i, sizeof(i)) != sizeof(i)) return 3;
  }
  return 0;
}

TEST_CASE("whichever call to the disk fails, nothing is acknowledged that is not there",
          "[sqlite]") {
  int64_t calls = 0;
  {
    const TemporaryFolder folder;
    REQUIRE(faults::ArmDisk("fail:1000000000").ok());
    const auto store = OpenAt(folder.path());
    for (int64_t i = 1; i <= 20; ++i) {
      REQUIRE(store->WriteAndWait(Request("r" + std::to_string(i)), InsertStall("operators/1", i))
                  .ok());
    }
    calls = faults::DiskCalls();
    REQUIRE(faults::ArmDisk("").ok());
  }
  REQUIRE(calls > 50);
  int died = 0;
  for (int64_t n = 1; n <= calls + 20; ++n) {
    for (const char* further : {"", "+"}) {
      const std::string spec = "unsynced,fail:" + std::to_string(n) + further;
      INFO(spec);
      const TemporaryFolder folder;
      int ends[2];
      REQUIRE(pipe(ends) == 0);
      const int status = Wait(Fork([&] { return WriteTwenty(folder.path(), spec, ends[1]); }));
      close(ends[1]);
      REQUIRE(WIFEXITED(status));
      const int code = WEXITSTATUS(status);
      REQUIRE((code == 0 || code == kExitStoreFailed));
      died += code == kExitStoreFailed ? 1 : 0;
      std::set<int64_t> acknowledged;
      for (int64_t i = 0; read(ends[0], &i, sizeof(i)) == sizeof(i);) acknowledged.insert(i);
      close(ends[0]);
      REQUIRE(faults::CutPower(folder.path() + "/store.db", 0, 1).ok());
      const auto store = OpenAt(folder.path());
      REQUIRE(store != nullptr);
      CHECK(IsWhole(folder.path()));
      const std::set<int64_t> stalls = NumbersOf(*store);
      CHECK(std::includes(stalls.begin(), stalls.end(), acknowledged.begin(), acknowledged.end()));
    }
  }
  CHECK(died > 20);
}

}  // namespace
}  // namespace shian::store
