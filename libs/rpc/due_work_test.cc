// Which of several processes does what falls due, and what becomes of it when two do.
#include "libs/rpc/due_work.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/ledger/ledger.h"
#include "libs/ledger/signer.h"
#include "libs/rpc/limits.h"
#include "libs/store/test_schema.h"

namespace shian::rpc {
namespace {

constexpr int kDue = 20;
constexpr absl::Duration kLeadsWithin = absl::Seconds(10);

std::unique_ptr<DueWork> WorkOn(store::Store& store, std::function<bool()> leads) {
  // On a simulated clock no thread goes on: each Start is one round.
  static SimulatedClock clock(absl::FromUnixSeconds(1741000000));
  return std::make_unique<DueWork>(store, clock, &clock, std::move(leads));
}

TEST_CASE("who leads no longer leaves the pieces that are left to who does") {
  store::TemporaryStore store(store::TestSchema());
  bool leads = true;
  const auto due = WorkOn(*store, [&] { return leads; });
  int first = 0;
  int second = 0;
  due->Add([&](absl::Time) {
    ++first;
    leads = false;
    return absl::OkStatus();
  });
  due->Add([&](absl::Time) {
    ++second;
    return absl::OkStatus();
  });
  due->Start();
  CHECK(first == 1);
  CHECK(second == 0);
  due->Start();
  CHECK(first == 1);
}

std::unique_ptr<ledger::Ledger> LedgerOn(store::Store& store, const std::string& pem) {
  ledger::Ledger::Options options;
  options.signer = *ledger::Signer::FromPem(pem);
  auto started = ledger::Ledger::Start(store, std::move(options));
  REQUIRE(started.ok());
  return *std::move(started);
}

TEST_CASE("of two processes the leader alone does what falls due, and the other after it",
          "[postgresql]") {
  store::TemporaryStore store(store::TestSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  const std::string pem = ledger::Signer::Generate()->PrivatePem();
  std::unique_ptr<ledger::Ledger> ledgers[] = {LedgerOn(*store, pem), LedgerOn(*replica, pem)};
  int rounds[] = {0, 0};
  std::unique_ptr<DueWork> works[2];
  for (int i : {0, 1}) {
    works[i] = WorkOn(i == 0 ? *store : *replica,
                      [&ledgers, i] { return ledgers[i] != nullptr && ledgers[i]->leading(); });
    works[i]->Add([&rounds, i](absl::Time) {
      ++rounds[i];
      return absl::OkStatus();
    });
  }
  const auto led_by = [&](int i) {
    const absl::Time until = absl::Now() + kLeadsWithin;
    while (!ledgers[i]->leading() && absl::Now() < until) absl::SleepFor(absl::Milliseconds(10));
    return ledgers[i]->leading();
  };
  const absl::Time until = absl::Now() + kLeadsWithin;
  while (!ledgers[0]->leading() && !ledgers[1]->leading() && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  const int leader = ledgers[0]->leading() ? 0 : 1;
  const int other = 1 - leader;
  REQUIRE(led_by(leader));
  for (const auto& work : works) work->Start();
  CHECK(rounds[leader] == 1);
  CHECK(rounds[other] == 0);
  ledgers[leader].reset();
  REQUIRE(led_by(other));
  for (const auto& work : works) work->Start();
  CHECK(rounds[leader] == 1);
  CHECK(rounds[other] == 1);
}

// Closes what is open, each once more than it was.
DueWork::Work CloseOpen(store::Store& store) {
  return [&store](absl::Time now) -> absl::Status {
    store::WriteContext context;
    context.now = now;
    const auto close = [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const std::vector<store::Row> due,
                       store::Stalls().Select(tx, {"WHERE open = $1"}, store::Values(true)));
      for (const store::Row& row : due) {
        std::vector<store::Value> values = row.values();
        values[2] = false;
        values[3] = row.Text(3) + "x";
        RETURN_IF_ERROR(store::Stalls().Update(tx, std::move(values)));
      }
      return std::string();
    };
    return store.WriteAndWait(std::move(context), close).status();
  };
}

TEST_CASE("what two processes do at once, both as leaders, is done once", "[postgresql]") {
  store::TemporaryStore store(store::TestSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  for (int i = 0; i < kDue; ++i) {
    store::WriteContext context = store::Request("r" + std::to_string(i));
    REQUIRE(store
                ->WriteAndWait(std::move(context),
                               [i](store::WriteTx& tx) {
                                 const absl::Status put =
                                     store::Stalls().Insert(tx, store::Stall("operators/1", i, ""));
                                 return put.ok() ? absl::StatusOr<std::string>("") : put;
                               })
                .ok());
  }
  std::vector<std::thread> processes;
  std::atomic<int64_t> failures = 0;
  for (store::Store* one : {&*store, replica.get()}) {
    processes.emplace_back([one, &failures] {
      const auto due = WorkOn(*one, [] { return true; });
      due->Add(CloseOpen(*one));
      for (int round = 0; round < 5; ++round) due->Start();
      failures += due->failures();
    });
  }
  for (std::thread& process : processes) process.join();
  CHECK(failures == 0);
  int closed = 0;
  const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto rows, store::Stalls().Select(tx, {"WHERE 1 = 1"}, {}));
    for (const store::Row& row : rows) closed += row.Text(3) == "x" && !row.Bool(2);
    return absl::OkStatus();
  });
  CHECK(read.ok());
  CHECK(closed == kDue);
}

TEST_CASE("who does not lead does its own work and nothing that is due") {
  store::TemporaryStore store(store::TestSchema());
  DueWork work(*store, SystemClock(), nullptr, [] { return false; });
  std::atomic<int> due = 0, own = 0;
  work.Add([&](absl::Time) { return ++due, absl::OkStatus(); });
  work.AddOwn([&](absl::Time) { return ++own, absl::OkStatus(); });
  work.Start();
  const absl::Time patience = absl::Now() + 4 * limits::kDueWorkPause;
  while (own == 0 && absl::Now() < patience) absl::SleepFor(absl::Milliseconds(50));
  work.Stop();
  CHECK(own > 0);
  CHECK(due == 0);
  const int before = own;
  REQUIRE(work.RunOwn().ok());  // what a process does before it ends
  CHECK(own == before + 1);
}

TEST_CASE("work that fails is counted and keeps no other from being done") {
  store::TemporaryStore store(store::TestSchema());
  DueWork work(*store, SystemClock(), nullptr, [] { return true; });
  std::atomic<int> due = 0;
  work.Add([](absl::Time) { return absl::UnavailableError("away"); });
  work.Add([&](absl::Time) { return ++due, absl::OkStatus(); });
  work.Start();  // does at once what fell due before
  work.Stop();
  CHECK(due > 0);
  CHECK(work.failures() > 0);
}

}  // namespace
}  // namespace shian::rpc
