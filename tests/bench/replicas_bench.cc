// bench_replicas ADDRESS WRITES WRITERS
//   WRITES writes of one fact each by WRITERS callers at once into a fresh database, through one
//   process's store; another process's store watches the log. Gives the rate, and how long after
//   its answer a write's entry had its place there: the delay that the sequencer adds.
#include <atomic>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/check.h"
#include "libs/ledger/ledger.h"
#include "libs/ledger/log_reader.h"
#include "libs/store/postgres.h"
#include "tests/bench/measure.h"

namespace shian::bench {
namespace {

constexpr size_t kPayloadBytes = 300;
constexpr int kOperators = 10'000;

std::unique_ptr<store::Store> Open(const std::string& address) {
  store::PostgresOptions options;
  options.address = address;
  options.origin = "shian.bench/410902";
  auto store = store::OpenPostgres(std::move(options));
  CHECK_OK(store.status());
  return *std::move(store);
}

std::unique_ptr<ledger::Ledger> StartLedger(store::Store& store, const std::string& pem) {
  ledger::Ledger::Options options;
  options.signer = *ledger::Signer::FromPem(pem);
  auto ledger = ledger::Ledger::Start(store, std::move(options));
  CHECK_OK(ledger.status());
  return *std::move(ledger);
}

absl::Status WriteOne(store::Store& store, int64_t number) {
  store::WriteContext context;
  context.now = absl::Now();
  context.caller = "bench";
  context.request_id = absl::StrCat("r", number);
  return store
      .WriteAndWait(std::move(context),
                    [number](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      ledger::Change change;
                      change.type = absl::StrCat(number);
                      change.subject = absl::StrCat("operators/", number * 7919 % kOperators);
                      change.region = "410902";
                      change.time = tx.now();
                      change.payload = std::string(kPayloadBytes, 'p');
                      const absl::Status appended = ledger::Append(tx, change);
                      if (!appended.ok()) return appended;
                      return "";
                    })
      .status();
}

// Follows the log until all are there; when each was seen.
std::vector<absl::Time> Watch(store::Store& store, int writes) {
  std::vector<absl::Time> seen(writes);
  ledger::FeedQuery query;
  for (int count = 0; count < writes;) {
    CHECK_OK(store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      const auto batch = ledger::ReadFeed(tx, query);
      if (!batch.ok()) return batch.status();
      for (const ledger::FeedEntry& entry : batch->entries) {
        int number = 0;
        SHIAN_CHECK(absl::SimpleAtoi(entry.change.type, &number)) << entry.change.type;
        seen[number] = absl::Now();
        ++count;
      }
      query.cursor = batch->cursor;
      return absl::OkStatus();
    }));
    absl::SleepFor(absl::Milliseconds(1));
  }
  return seen;
}

void Run(const std::string& address, int writes, int writers) {
  const std::string pem = ledger::Signer::Generate()->PrivatePem();
  const auto store = Open(address);
  const auto replica = Open(address);
  const auto leader = StartLedger(*store, pem);
  while (!leader->leading()) absl::SleepFor(absl::Milliseconds(5));
  const auto follower = StartLedger(*replica, pem);
  std::vector<absl::Time> answered(writes);
  std::vector<absl::Time> seen;
  std::thread watching([&] { seen = Watch(*replica, writes); });
  std::atomic<int> next = 0;
  std::vector<std::thread> writing;
  const Stopwatch watch;
  for (int i = 0; i < writers; ++i) {
    writing.emplace_back([&] {
      for (int number = next++; number < writes; number = next++) {
        CHECK_OK(WriteOne(*store, number));
        answered[number] = absl::Now();
      }
    });
  }
  for (std::thread& thread : writing) thread.join();
  const double seconds = watch.Seconds();
  watching.join();
  std::vector<double> delays;
  for (int i = 0; i < writes; ++i) {
    delays.push_back(absl::ToDoubleMilliseconds(seen[i] - answered[i]));
  }
  Print({{"rate", writes / seconds},
         {"conflicts", static_cast<double>(store->stats().conflicts)},
         {"p50_ms", Percentile(delays, 0.5)},
         {"p99_ms", Percentile(delays, 0.99)}});
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) {
  int writes = 0;
  int writers = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &writes) || !absl::SimpleAtoi(argv[3], &writers)) {
    std::fprintf(stderr, "usage: bench_replicas ADDRESS WRITES WRITERS\n");
    return 2;
  }
  shian::bench::Run(argv[1], writes, writers);
}
