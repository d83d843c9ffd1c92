// Many writers at once and one order: what the logs promise on an engine that several processes
// share.
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/ledger/restored.h"
#include "libs/ledger/test_logs.h"
#include "libs/store/lease.h"

namespace shian::ledger {
namespace {

using store::Values;

// Writers that change the same few operators at once. Each change says how many of its operator
// came before it, as the writer saw it, so that the order of an operator's changes is known.
class Writers {
 public:
  Writers(std::vector<store::Store*> stores, int operators)
      : stores_(std::move(stores)), operators_(operators) {}

  void Run(int threads, int writes) {
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([=, this] {
        store::Store& store = *stores_[static_cast<size_t>(thread) % stores_.size()];
        for (int i = 0; i < writes; ++i) {
          const std::string subject = absl::StrCat("operators/", (thread * 7 + i) % operators_);
          if (!Write(store, subject).ok()) ++failed;
        }
      });
    }
    for (std::thread& thread : running) thread.join();
  }

  static absl::Status Write(store::Store& store, const std::string& subject) {
    store::WriteContext context;
    context.now = kNow;
    context.caller = "writer";
    return store
        .WriteAndWait(std::move(context),
                      [subject](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                        const auto row = tx.QueryOne(
                            {"SELECT count FROM counted WHERE subject = $1"}, Values(subject));
                        if (!row.ok()) return row.status();
                        const int64_t count = *row ? (*row)->Int(0) : 0;
                        const auto put = tx.Execute(
                            {"INSERT INTO counted (subject, count) VALUES ($1, $2) "
                             "ON CONFLICT (subject) DO UPDATE SET count = excluded.count"},
                            Values(subject, count + 1));
                        if (!put.ok()) return put.status();
                        for (const Log log : {Log::kFacts, Log::kPublic}) {
                          const absl::Status appended =
                              Append(tx, SomeChange(log, subject, absl::StrCat(count)));
                          if (!appended.ok()) return appended;
                        }
                        return "";
                      })
        .status();
  }

  std::atomic<int> failed = 0;

 private:
  const std::vector<store::Store*> stores_;
  const int operators_;
};

store::Schema CountedSchema() {
  return store::Schema(3, {{"test", 1, "0001_counted",
                            "CREATE TABLE counted (subject TEXT NOT NULL, count INT64 NOT NULL, "
                            "PRIMARY KEY (subject));"}});
}

// One after the other without a gap, and those of each operator in the order they were written.
void CheckOrder(store::TemporaryStore& store, Log log, int64_t count) {
  const auto rebuilt =
      Ask<RebuiltLog>(store, [&](store::ReadTx& tx) { return RebuildLog(tx, log); });
  REQUIRE(rebuilt.ok());
  REQUIRE(rebuilt->state.last == count);
  std::map<std::string, int64_t> next;
  const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    for (int64_t sequence = 1; sequence <= count; ++sequence) {
      const auto entry = ReadEntry(tx, log, sequence);
      if (!entry.ok()) return entry.status();
      REQUIRE(entry->has_value());
      CHECK((*entry)->payload == absl::StrCat(next[(*entry)->leaf.subject]++));
    }
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

Ledger::Options OptionsOf(const std::string& pem) {
  Ledger::Options options;
  options.signer = *Signer::FromPem(pem);
  return options;
}

TEST_CASE("many writers in two processes leave one order without a gap, each operator's own in it",
          "[postgresql]") {
  store::TemporaryStore store(CountedSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  const std::string pem = Signer::Generate()->PrivatePem();
  const auto here = *Ledger::Start(*store, OptionsOf(pem));
  const auto there = *Ledger::Start(*replica, OptionsOf(pem));
  Writers writers({&*store, replica.get()}, 5);
  writers.Run(6, 40);
  CHECK(writers.failed == 0);
  REQUIRE(here->Flush().ok());
  REQUIRE(there->Flush().ok());
  CHECK(here->leading() + there->leading() == 1);
  CheckOrder(store, Log::kFacts, 240);
  CheckOrder(store, Log::kPublic, 240);
}

TEST_CASE("a watcher sees each entry once and in order while another process gives the places",
          "[postgresql]") {
  store::TemporaryStore store(CountedSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  const std::string pem = Signer::Generate()->PrivatePem();
  const auto leader = *Ledger::Start(*store, OptionsOf(pem));
  while (!leader->leading()) absl::SleepFor(absl::Milliseconds(10));
  std::atomic<int> noticed = 0;
  replica->AfterCommit([&] { ++noticed; });
  const auto follower = *Ledger::Start(*replica, OptionsOf(pem));
  std::thread writing([&] { Writers({&*store}, 3).Run(2, 50); });
  FeedQuery query;
  int64_t last = 0;
  for (const absl::Time until = absl::Now() + absl::Seconds(20);
       last < 100 && absl::Now() < until;) {
    const absl::Status read = replica->ReadNow([&](store::ReadTx& tx) -> absl::Status {
      const auto batch = ReadFeed(tx, query);
      if (!batch.ok()) return batch.status();
      for (const FeedEntry& entry : batch->entries) CHECK(entry.change.sequence == ++last);
      query.cursor = batch->cursor;
      return absl::OkStatus();
    });
    REQUIRE(read.ok());
  }
  writing.join();
  CHECK(last == 100);
  CHECK(noticed > 0);
  CHECK_FALSE(follower->leading());
}

TEST_CASE("when the leader ends another takes over, at once after an orderly end", "[postgresql]") {
  store::TemporaryStore store(CountedSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  const std::string pem = Signer::Generate()->PrivatePem();
  auto first = *Ledger::Start(*store, OptionsOf(pem));
  while (!first->leading()) absl::SleepFor(absl::Milliseconds(10));
  const auto second = *Ledger::Start(*replica, OptionsOf(pem));
  first.reset();
  const absl::Time begun = absl::Now();
  REQUIRE(Writers::Write(*replica, "operators/1").ok());
  REQUIRE(second->Flush().ok());
  CHECK(second->leading());
  CHECK(absl::Now() - begun < absl::Seconds(2));
  CheckOrder(store, Log::kFacts, 1);
}

TEST_CASE("a leader that was stopped and wakes up does nothing any more", "[postgresql]") {
  store::TemporaryStore store;
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  constexpr absl::Duration kPatience = absl::Milliseconds(200);
  store::Lease stopped(*store, "work", kPatience);
  store::Lease other(*replica, "work", kPatience);
  REQUIRE(*stopped.Hold());
  CHECK_FALSE(*other.Hold());
  const auto fenced = [&](const store::Lease& lease) {
    return store
        .Write(kNow,
               [token = lease.token()](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                 const absl::Status holds = store::Lease::Fence(tx, "work", token);
                 if (!holds.ok()) return holds;
                 return "";
               })
        .status();
  };
  CHECK(fenced(stopped).ok());
  // What it does in time keeps others away; then it is silent for longer than they wait.
  CHECK_FALSE(*other.Hold());
  absl::SleepFor(kPatience * 1.5);
  CHECK(*other.Hold());
  CHECK(absl::IsAborted(fenced(stopped)));
  CHECK(fenced(other).ok());
  CHECK_FALSE(*stopped.Hold());
  other.Release();
  CHECK(*stopped.Hold());
  CHECK(absl::IsAborted(fenced(other)));
}

TEST_CASE("what is erased before it has its place gets it empty, and never comes twice",
          "[postgresql]") {
  store::TemporaryStore store(CountedSchema());
  const std::string pem = Signer::Generate()->PrivatePem();
  const auto ledger = *Ledger::Start(*store, OptionsOf(pem));
  std::atomic<bool> done = false;
  std::atomic<int> failed = 0;
  std::thread erasing([&] {
    while (!done) {
      const auto erased = store.Write(kNow, [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        const auto count = EraseEntries(tx, "operators/1");
        if (!count.ok()) return count.status();
        return "";
      });
      if (!erased.ok()) ++failed;
    }
  });
  constexpr int kWrites = 60;
  for (int i = 0; i < kWrites; ++i) REQUIRE(Writers::Write(*store, "operators/1").ok());
  REQUIRE(ledger->Flush().ok());
  done = true;
  erasing.join();
  CHECK(failed == 0);
  const auto last = store.Write(kNow, [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const auto count = EraseEntries(tx, "operators/1");
    if (!count.ok()) return count.status();
    return "";
  });
  REQUIRE(last.ok());
  const auto rebuilt =
      Ask<RebuiltLog>(store, [&](store::ReadTx& tx) { return RebuildLog(tx, Log::kFacts); });
  REQUIRE(rebuilt.ok());
  CHECK(rebuilt->state.last == kWrites);
  const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    for (int64_t sequence = 1; sequence <= kWrites; ++sequence) {
      const auto entry = ReadEntry(tx, Log::kFacts, sequence);
      if (!entry.ok()) return entry.status();
      CHECK((*entry)->erased);
    }
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("a write's entries stand in the order in which it reported them", "[postgresql]") {
  store::TemporaryStore store;
  const std::vector<std::string> subjects = {"operators/2", "operators/1", "operators/2/licences/1",
                                             "draws/1", "operators/1"};
  std::vector<Change> changes;
  for (const std::string& subject : subjects) {
    changes.push_back(SomeChange(Log::kFacts, subject, "x"));
  }
  REQUIRE(AppendTo(store, changes).ok());
  REQUIRE(AppendTo(store, changes).ok());
  const auto feed =
      Ask<FeedBatch>(store, [](store::ReadTx& tx) { return ReadFeed(tx, FeedQuery()); });
  REQUIRE(feed.ok());
  REQUIRE(feed->entries.size() == 2 * subjects.size());
  for (size_t i = 0; i < feed->entries.size(); ++i) {
    CHECK(feed->entries[i].change.subject == subjects[i % subjects.size()]);
  }
}

}  // namespace
}  // namespace shian::ledger
