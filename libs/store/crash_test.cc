// Faults that end or starve the process. Each case runs its store in a child process.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <random>

#include "libs/base/testing.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/test_child.h"

namespace shian::store {
namespace {

TEST_CASE("nothing acknowledged is lost to SIGKILL, and nothing stands half", "[sqlite]") {
  std::mt19937_64 random(testing::Seed());
  TemporaryFolder folder;
  int64_t last = 0;
  const int rounds = Rounds(10);
  for (int round = 0; round < rounds; ++round) {
    const int64_t begun = last + 1000;
    const int64_t acknowledged = WriteAndKill([&] { return OpenAt(folder.path()); }, begun,
                                              20000 + static_cast<int64_t>(random() % 60000));
    const auto store = OpenAt(folder.path());
    REQUIRE(store != nullptr);
    const absl::Status read = store->ReadNow([&](ReadTx& tx) -> absl::Status {
      const auto stalls = tx.QueryOne(
          {"SELECT count(*), max(number) FROM stall WHERE number >= $1"}, Values(begun));
      const auto requests = tx.QueryOne({"SELECT count(*) FROM request"}, {});
      const auto all = tx.QueryOne({"SELECT count(*) FROM stall"}, {});
      CHECK((*stalls)->Int(0) >= acknowledged - begun + 1);
      CHECK((*requests)->Int(0) == (*all)->Int(0));
      last = std::max((*stalls)->Int(1), acknowledged);
      return absl::OkStatus();
    });
    CHECK(read.ok());
  }
}

TEST_CASE("a crash at a named point leaves all or nothing, and the retry finds out which",
          "[sqlite]") {
  const std::vector<std::pair<std::string, bool>> points = {{"after_begin", false},
                                                            {"before_commit", false},
                                                            {"after_commit", true},
                                                            {"before_reply", true}};
  for (const auto& [point, durable] : points) {
    INFO(point);
    TemporaryFolder folder;
    const pid_t child = Fork([&] {
      const auto store = OpenAt(folder.path());
      if (!faults::Arm(point + "=kill").ok()) return 1;
      store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).IgnoreError();
      return 2;
    });
    REQUIRE(WIFSIGNALED(Wait(child)));
    const auto store = OpenAt(folder.path());
    REQUIRE(store != nullptr);
    CHECK(CountStalls(*store) == (durable ? 1 : 0));
    const auto again = store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1));
    REQUIRE(again.ok());
    CHECK(again->replayed == durable);
    CHECK(CountStalls(*store) == 1);
  }
}

TEST_CASE("a crash inside a migration leaves the older version", "[sqlite]") {
  TemporaryFolder folder;
  const pid_t child = Fork([&] {
    if (!faults::Arm("migrate_step=kill@2").ok()) return 1;
    OpenAt(folder.path());
    return 2;
  });
  REQUIRE(WIFSIGNALED(Wait(child)));
  const auto store = OpenAt(folder.path());
  REQUIRE(store != nullptr);
  CHECK(CountStalls(*store) == 0);
}

void LimitFileSize(rlim_t bytes) {
  const rlimit limit = {bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &limit);
}

absl::Status WriteMuch(Store& store, int64_t number) {
  return store
      .WriteAndWait(Request(""),
                    [number](WriteTx& tx) -> absl::StatusOr<std::string> {
                      const std::string label(100000, 'x');
                      const absl::Status put =
                          Stalls().Put(tx, Stall("operators/1", number, label));
                      if (!put.ok()) return put;
                      return "";
                    })
      .status();
}

// The child's verdict: 0, or the number of the check that failed.
int FillTheDisk(const std::string& folder) {
  signal(SIGXFSZ, SIG_IGN);
  const auto store = OpenAt(folder);
  if (store == nullptr || !WriteMuch(*store, 0).ok()) return 1;
  LimitFileSize(1 << 20);
  absl::Status full;
  int64_t stored = 1;
  while (full.ok() && stored < 100) {
    full = WriteMuch(*store, stored);
    if (full.ok()) ++stored;
  }
  if (errors::ReasonOf(full) != errors::Reason::kStoreFull) return 2;
  if (CountStalls(*store) != stored) return 3;
  if (store->stats().full < 1) return 4;
  LimitFileSize(RLIM_INFINITY);
  if (!WriteMuch(*store, stored).ok()) return 5;
  return CountStalls(*store) == stored + 1 ? 0 : 6;
}

TEST_CASE("a full disk refuses writes, reads go on, and space brings writes back", "[sqlite]") {
  TemporaryFolder folder;
  const int status = Wait(Fork([&] { return FillTheDisk(folder.path()); }));
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a nearly full disk refuses writes before SQLite meets its end, and reads go on",
          "[sqlite]") {
  const TemporaryFolder folder;
  std::atomic<int64_t> percent = 50;
  SqliteOptions options;
  options.path = folder.path() + "/store.db";
  options.schema = TestSchema();
  options.origin = "shian.test/410902";
  options.room = [&](const std::string&) { return DiskRoom{percent << 20, int64_t{100} << 20}; };
  const auto store = OpenSqlite(std::move(options));
  REQUIRE(store.ok());
  REQUIRE(WriteMuch(**store, 1).ok());
  const auto becomes = [&](bool low) {
    for (int i = 0; i < 500 && (*store)->stats().low_room != low; ++i) usleep(10000);
    return (*store)->stats().low_room == low;
  };
  percent = 5;
  REQUIRE(becomes(true));
  CHECK(errors::ReasonOf(WriteMuch(**store, 2)) == errors::Reason::kStoreFull);
  CHECK(CountStalls(**store) == 1);
  percent = 6;
  REQUIRE(becomes(false));
  CHECK(WriteMuch(**store, 2).ok());
}

TEST_CASE("a write function that keeps state outside is found out", "[sqlite]") {
  const pid_t child = Fork([] {
    // The abort is what is asked for: no report of it by this test program.
    signal(SIGABRT, SIG_DFL);
    close(STDERR_FILENO);
    TemporaryStore store(TestSchema());
    int runs = 0;
    store
        .Write(absl::Now(),
               [&runs](WriteTx&) -> absl::StatusOr<std::string> { return std::to_string(++runs); })
        .IgnoreError();
    return 0;
  });
  const int status = Wait(child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}

}  // namespace
}  // namespace shian::store
