#include "libs/store/store.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/limits.h"
#include "libs/store/request_table.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

using errors::Reason;

struct DisarmAtEnd {
  ~DisarmAtEnd() { faults::Arm("").IgnoreError(); }
};

// Keeps the writer busy until told to go on, so that what comes next has to wait.
class BusyWriter {
 public:
  explicit BusyWriter(Store& store) {
    store.Write(
        Request(""),
        [this](WriteTx&) -> absl::StatusOr<std::string> {
          if (!running_.HasBeenNotified()) running_.Notify();
          go_.WaitForNotification();
          return "";
        },
        absl::InfiniteFuture(), [this](absl::StatusOr<Written>) { done_.Notify(); });
    running_.WaitForNotification();
  }
  ~BusyWriter() { done_.WaitForNotification(); }
  void GoOn() { go_.Notify(); }

 private:
  absl::Notification running_;
  absl::Notification go_;
  absl::Notification done_;
};

TEST_CASE("a repeated request gets its first answer, also after a restart") {
  TemporaryStore store(TestSchema());
  const auto first = store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1));
  REQUIRE(first.ok());
  CHECK_FALSE(first->replayed);
  SECTION("at once") {}
  SECTION("after a restart") { store.Reopen(); }
  const auto again = store->WriteAndWait(Request("r1"), InsertStall("operators/1", 2));
  REQUIRE(again.ok());
  CHECK(again->replayed);
  CHECK(again->reply == "stall 1");
  CHECK(CountStalls(*store) == 1);
}

TEST_CASE("after a lawful erasure a repeated request tells nothing and does nothing") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  REQUIRE(store->WriteAndWait(Request("r2"), InsertStall("operators/2", 2)).ok());
  const auto erased = store.Write(absl::Now(), [](WriteTx& tx) -> absl::StatusOr<std::string> {
    const auto count = EraseReplies(tx, "stall 1");
    if (!count.ok()) return count.status();
    return std::to_string(*count);
  });
  REQUIRE(erased.ok());
  CHECK(*erased == "1");
  CHECK(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1))->reply.empty());
  CHECK(store->WriteAndWait(Request("r2"), InsertStall("operators/2", 2))->reply == "stall 2");
  CHECK(CountStalls(*store) == 2);
}

TEST_CASE("a request id is bound to its body and its caller") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  const auto other = store->WriteAndWait(Request("r1", "other"), InsertStall("operators/1", 2));
  CHECK(errors::ReasonOf(other.status()) == Reason::kRequestIdReused);
  WriteContext stranger = Request("r1", "other");
  stranger.caller = "credit";
  CHECK(store->WriteAndWait(stranger, InsertStall("operators/1", 3)).ok());
}

TEST_CASE("a refusal is judged anew and leaves nothing behind") {
  TemporaryStore store(TestSchema());
  const WriteFn refuse = [](WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status inserted = Stalls().Insert(tx, Stall("operators/1", 1));
    if (!inserted.ok()) return inserted;
    return errors::Refuse(Reason::kStepUnknown, {{"step", "x"}});
  };
  CHECK_FALSE(store->WriteAndWait(Request("r1"), refuse).ok());
  CHECK(CountStalls(*store) == 0);
  CHECK(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
}

TEST_CASE("replies are kept for a day and then pruned") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  const auto prune_after = [&](absl::Duration age) {
    return store.Write(absl::Now(), [=](WriteTx& tx) -> absl::StatusOr<std::string> {
      const auto pruned = PruneReplies(tx, absl::Now() + age);
      if (!pruned.ok()) return pruned.status();
      return std::to_string(*pruned);
    });
  };
  CHECK(*prune_after(absl::Hours(24)) == "0");
  CHECK(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 2))->replayed);
  CHECK(*prune_after(absl::Hours(26)) == "1");
  CHECK_FALSE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 2))->replayed);
}

TEST_CASE("a dry run answers and leaves nothing behind") {
  TemporaryStore store(TestSchema());
  WriteContext context = Request("r1");
  context.dry_run = true;
  const auto dry = store->WriteAndWait(context, InsertStall("operators/1", 1));
  REQUIRE(dry.ok());
  CHECK(dry->reply == "stall 1");
  CHECK(CountStalls(*store) == 0);
  const auto real = store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1));
  REQUIRE(real.ok());
  CHECK_FALSE(real->replayed);
}

TEST_CASE("ids and salts come from the seed") {
  TemporaryStore store(TestSchema());
  WriteContext context = Request("");
  context.seed = "a seed";
  const WriteFn derive = [](WriteTx& tx) -> absl::StatusOr<std::string> {
    return tx.NewId() + tx.NewSalt() + tx.NewId();
  };
  const auto first = store->WriteAndWait(context, derive);
  const auto second = store->WriteAndWait(context, derive);
  context.seed = "another seed";
  const auto third = store->WriteAndWait(context, derive);
  REQUIRE(first.ok());
  CHECK(first->reply == second->reply);
  CHECK(first->reply != third->reply);
  CHECK(first->reply.substr(0, 36) != first->reply.substr(68));
}

TEST_CASE("a write whose deadline passed while it waited does not run") {
  TemporaryStore store(TestSchema());
  absl::Notification done;
  absl::Status status;
  store->Write(Request("r1"), InsertStall("operators/1", 1), absl::Now() - absl::Seconds(1),
               [&](absl::StatusOr<Written> written) {
                 status = written.status();
                 done.Notify();
               });
  done.WaitForNotification();
  CHECK(absl::IsDeadlineExceeded(status));
  CHECK(CountStalls(*store) == 0);
  CHECK(store->stats().expired == 1);
}

TEST_CASE("what waits shares one commit, and a refused write leaves its neighbours alone",
          "[sqlite]") {
  TemporaryStore store(TestSchema());
  BusyWriter busy(*store);
  constexpr int kWrites = 41;
  absl::BlockingCounter answered(kWrites);
  std::atomic<int> accepted = 0;
  for (int i = 0; i < kWrites; ++i) {
    // Every fourth takes a key that is taken.
    store->Write(Request("r" + std::to_string(i)), InsertStall("operators/1", i % 4 == 3 ? 0 : i),
                 absl::InfiniteFuture(), [&](absl::StatusOr<Written> written) {
                   accepted += written.ok() ? 1 : 0;
                   answered.DecrementCount();
                 });
  }
  busy.GoOn();
  answered.Wait();
  CHECK(accepted == 31);
  CHECK(CountStalls(*store) == 31);
  // One for the write that kept the writer busy, one for all that waited.
  CHECK(store->stats().batches == 2);
  CHECK(store->stats().writes == kWrites + 1);
}

TEST_CASE("the queue is bounded and refuses at once", "[sqlite]") {
  TemporaryStore store(TestSchema());
  BusyWriter busy(*store);
  constexpr int kExtra = 100;
  const int total = static_cast<int>(limits::kWriterQueueDepthMax) + kExtra;
  absl::BlockingCounter answered(total);
  std::atomic<int> shed = 0;
  for (int i = 0; i < total; ++i) {
    store->Write(Request(""), InsertStall("operators/1", i), absl::InfiniteFuture(),
                 [&](absl::StatusOr<Written> written) {
                   if (errors::ReasonOf(written.status()) == Reason::kShedWriterQueue) ++shed;
                   answered.DecrementCount();
                 });
  }
  CHECK(shed == kExtra);
  CHECK(store->stats().queue_depth == static_cast<int64_t>(limits::kWriterQueueDepthMax));
  busy.GoOn();
  answered.Wait();
  CHECK(CountStalls(*store) == total - shed);
  CHECK(store->stats().shed == shed);
}

TEST_CASE("a slow disk sheds callers and never the service's own work", "[sqlite]") {
  const DisarmAtEnd disarm;
  TemporaryStore store(TestSchema());
  REQUIRE(faults::Arm("before_commit=sleep:1600ms@1").ok());
  REQUIRE(store->WriteAndWait(Request(""), InsertStall("operators/1", 1)).ok());
  BusyWriter busy(*store);
  constexpr int kWrites = 120;
  absl::BlockingCounter answered(kWrites);
  std::atomic<int> shed_callers = 0;
  std::atomic<int> shed_own = 0;
  for (int i = 0; i < kWrites; ++i) {
    const bool own = i % 2 == 0;
    store->Write(Request(own ? "" : "r" + std::to_string(i)), InsertStall("operators/2", i),
                 absl::InfiniteFuture(), [&, own](absl::StatusOr<Written> written) {
                   if (!written.ok()) ++(own ? shed_own : shed_callers);
                   answered.DecrementCount();
                 });
  }
  busy.GoOn();
  answered.Wait();
  CHECK(shed_own == 0);
  CHECK(shed_callers > 0);
}

TEST_CASE("hooks run after each commit and before its answers") {
  TemporaryStore store(TestSchema());
  std::atomic<int> commits = 0;
  store->AfterCommit([&] { ++commits; });
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  CHECK(commits == 1);
  CHECK(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  CHECK(commits == 1);
}

TEST_CASE("a read sees one state, and ends at its deadline") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok());
  const absl::Status view = store->ReadNow([&](ReadTx& tx) -> absl::Status {
    const auto before = tx.QueryOne({"SELECT count(*) FROM stall"}, {});
    REQUIRE(store->WriteAndWait(Request("r2"), InsertStall("operators/1", 2)).ok());
    const auto after = tx.QueryOne({"SELECT count(*) FROM stall"}, {});
    CHECK((*before)->Int(0) == (*after)->Int(0));
    return absl::OkStatus();
  });
  CHECK(view.ok());
  CHECK(CountStalls(*store) == 2);
  absl::Status slow;
  absl::Notification ended;
  const absl::Time begun = absl::Now();
  store->Read(
      [](ReadTx& tx) {
        return tx
            .Query({"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    "SELECT count(*) FROM n"},
                   {})
            .status();
      },
      {.deadline = absl::Now() + absl::Milliseconds(50)},
      [&](absl::Status status) {
        slow = status;
        ended.Notify();
      });
  ended.WaitForNotification();
  CHECK(absl::IsDeadlineExceeded(slow));
  CHECK(absl::Now() - begun < absl::Seconds(5));
}

TEST_CASE("a statement may run inside its own answer") {
  TemporaryStore store(TestSchema());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(store->WriteAndWait(Request(""), InsertStall("operators/1", i)).ok());
  }
  int pairs = 0;
  const absl::Status read = store.Read([&](ReadTx& tx) {
    const Sql all = {"SELECT number FROM stall"};
    return tx.ForEach(all, {}, [&](const Row&) {
      return tx.ForEach(all, {}, [&](const Row&) {
        ++pairs;
        return absl::OkStatus();
      });
    });
  });
  CHECK(read.ok());
  CHECK(pairs == 9);
}

TEST_CASE("the log is moved into the file as it grows and when nothing happens", "[sqlite]") {
  TemporaryStore store(TestSchema());
  const std::string label(20000, 'x');
  for (int i = 0; i < 300; ++i) {
    const auto written = store.Write(absl::Now(), [=](WriteTx& tx) -> absl::StatusOr<std::string> {
      const absl::Status put = Stalls().Put(tx, Stall("operators/1", i, label));
      if (!put.ok()) return put;
      return "";
    });
    REQUIRE(written.ok());
  }
  CHECK(store->stats().wal_bytes < int64_t{3} * limits::kPagesPassive * 4096);
  absl::SleepFor(limits::kIdleCheckpoint + absl::Milliseconds(500));
  CHECK(store->stats().wal_bytes == 0);
}

}  // namespace
}  // namespace shian::store
