// Readers that do not go away: they hold the log's pages, so one that stays is ended, and the log
// is folded in under those that follow each other without a gap.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/testing.h"
#include "libs/errors/errors.h"
#include "libs/store/limits.h"
#include "libs/store/test_child.h"

namespace shian::store {
namespace {

constexpr int kWritesPerSecond = 1000;
constexpr int64_t kLogBytesMax = int64_t{64} << 20;
constexpr size_t kLabelBytes = 6000;  // a few seconds of these are more than the log may hold

absl::Status CountForEver(ReadTx& tx) {
  return tx
      .Query({"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
              "SELECT count(*) FROM n"},
             {})
      .status();
}

// Short statements, one after the other, in one transaction.
absl::Status AskForEver(ReadTx& tx) {
  absl::Status asked;
  while (asked.ok()) asked = tx.QueryOne({"SELECT count(*) FROM stall"}, {}).status();
  return asked;
}

TEST_CASE("a read that would never end is ended, and the gauge shows it meanwhile", "[sqlite]") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  REQUIRE(store->stats().oldest_read_seconds == 0);
  ReadFn endless;
  SECTION("in one statement") { endless = CountForEver; }
  SECTION("in many statements") { endless = AskForEver; }
  absl::Status ended;
  std::atomic<bool> reading = true;
  const absl::Time begun = absl::Now();
  std::thread reader([&] {
    store->Read(endless, {}, [&](absl::Status status) { ended = status; });
    reading = false;
  });
  double oldest = 0;
  for (; reading; absl::SleepFor(absl::Milliseconds(20))) {
    oldest = std::max(oldest, store->stats().oldest_read_seconds);
  }
  reader.join();
  const absl::Duration took = absl::Now() - begun;
  CHECK(errors::ReasonOf(ended) == errors::Reason::kDeadlinePassed);
  CHECK(took > limits::kReadTxTimeMax - absl::Milliseconds(10));
  CHECK(took < limits::kReadTxTimeMax * 2);
  CHECK(oldest > absl::ToDoubleSeconds(limits::kReadTxTimeMax) / 2);
  CHECK(store->stats().oldest_read_seconds == 0);
}

// The states that reads find, told apart by the memo that all who read one state share.
std::string StateOf(Store& store, const std::string& name) {
  std::string found;
  REQUIRE(store
              .ReadNow([&](ReadTx& tx) {
                SHIAN_CHECK(tx.revision_memo() != nullptr) << "a reader without a memo";
                if (tx.revision_memo()->empty()) *tx.revision_memo() = name;
                found = *tx.revision_memo();
                return absl::OkStatus();
              })
              .ok());
  return found;
}

TEST_CASE("readers share a state until something is committed, and never an old one", "[sqlite]") {
  TemporaryStore store(TestSchema());
  absl::SleepFor(limits::kIdleCheckpoint * 2);  // nothing to fold in after that
  CHECK(StateOf(*store, "first") == "first");
  CHECK(StateOf(*store, "second") == "first");
  for (int number = 1; number <= 50; ++number) {
    REQUIRE(store->WriteAndWait(Request(""), InsertStall("operators/1", number)).ok());
    REQUIRE(CountStalls(*store) == number);
    REQUIRE(StateOf(*store, absl::StrCat(number)) == absl::StrCat(number));
  }
  // A read that was refused leaves no state behind that nobody knows.
  CHECK_FALSE(store->ReadNow([](ReadTx&) { return absl::NotFoundError("none"); }).ok());
  CHECK(StateOf(*store, "after") == "after");
}

TEST_CASE("a state that nobody reads does not hold the log", "[sqlite]") {
  TemporaryStore store(TestSchema());
  // On a machine that stands still for a second the log is empty before anybody looks.
  for (int64_t number = 1; store->stats().wal_bytes == 0; ++number) {
    const std::string id = absl::StrCat("r", number);
    REQUIRE(store->WriteAndWait(Request(id), InsertStall("operators/1", number)).ok());
    REQUIRE(CountStalls(*store) == number);
    REQUIRE(number < 100);
  }
  const absl::Time until = absl::Now() + limits::kIdleCheckpoint * 10;
  while (store->stats().wal_bytes > 0 && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(20));
  }
  CHECK(store->stats().wal_bytes == 0);
}

// Reads that overlap: each begins before the one before it has ended.
class ReadersWithoutGap {
 public:
  ReadersWithoutGap(Store& store, uint64_t seed) {
    for (int i = 0; i < kReaders; ++i) {
      threads_.emplace_back([this, &store, seed, i] { ReadOn(store, seed + i); });
    }
  }
  ~ReadersWithoutGap() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  int64_t reads() const { return reads_; }

 private:
  static constexpr int kReaders = 3;

  static constexpr Sql kLast = {
      "SELECT number FROM stall WHERE operator = 'operators/1' ORDER BY number DESC LIMIT 1"};

  void ReadOn(Store& store, uint64_t seed) {
    std::mt19937_64 random(seed);
    while (!stop_) {
      const auto held = absl::Milliseconds(20 + static_cast<int64_t>(random() % 100));
      const absl::Status read = store.ReadNow([&](ReadTx& tx) -> absl::Status {
        const auto before = tx.QueryOne(kLast, {});
        absl::SleepFor(held);
        const auto after = tx.QueryOne(kLast, {});
        if (!before.ok() || !after.ok()) return absl::InternalError("no answer");
        const bool same = before->has_value() == after->has_value() &&
                          (!before->has_value() || (**before).Int(0) == (**after).Int(0));
        return same ? absl::OkStatus() : absl::InternalError("two states");
      });
      if (read.ok()) ++reads_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int64_t> reads_ = 0;
  std::vector<std::thread> threads_;
};

struct Paced {
  std::atomic<int64_t> acknowledged = 0;
  int64_t asked = 0;
  int64_t log_bytes_max = 0;
};

// Keeps the pace whatever the answers; a write that comes late does not hold back the next.
void WriteAtPace(Store& store, const std::string& log, absl::Duration time, Paced* paced) {
  const std::string label(kLabelBytes, 'x');
  const absl::Time begun = absl::Now();
  for (absl::Time now = begun; now - begun < time; now = absl::Now()) {
    const auto due = static_cast<int64_t>(absl::ToDoubleSeconds(now - begun) * kWritesPerSecond);
    for (; paced->asked < due; ++paced->asked) {
      store.Write(
          Request(""),
          [=, number = paced->asked](WriteTx& tx) -> absl::StatusOr<std::string> {
            const absl::Status put = Stalls().Put(tx, Stall("operators/1", number, label));
            if (!put.ok()) return put;
            return "";
          },
          absl::InfiniteFuture(),
          [paced](absl::StatusOr<Written> written) {
            paced->acknowledged += written.ok() ? 1 : 0;
          });
    }
    std::error_code none;
    const auto bytes = std::filesystem::file_size(log, none);
    if (!none) paced->log_bytes_max = std::max(paced->log_bytes_max, static_cast<int64_t>(bytes));
    absl::SleepFor(absl::Milliseconds(1));
  }
}

TEST_CASE("the log stays small under 1,000 writes a second and readers without a gap", "[sqlite]") {
  const int seconds = std::min(60, Rounds(8));
  const TemporaryFolder folder;
  Paced paced;
  int64_t reads = 0;
  {
    const auto store = OpenAt(folder.path());
    REQUIRE(store != nullptr);
    const ReadersWithoutGap readers(*store, testing::Seed());
    WriteAtPace(*store, folder.path() + "/store.db-wal", absl::Seconds(seconds), &paced);
    reads = readers.reads();
  }
  const auto size = static_cast<int64_t>(std::filesystem::file_size(folder.path() + "/store.db"));
  INFO(paced.acknowledged << " of " << paced.asked << " writes, " << reads << " reads, log at most "
                          << (paced.log_bytes_max >> 20) << " MiB, file " << (size >> 20)
                          << " MiB");
  // While the log is emptied, some may be told to come back.
  CHECK(paced.acknowledged > paced.asked * 8 / 10);
  CHECK(reads > seconds * 10);
  CHECK(paced.log_bytes_max < kLogBytesMax);
}

}  // namespace
}  // namespace shian::store
