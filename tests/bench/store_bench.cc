// bench_store MODE WRITES FOLDER: writes the same rows through the store or past it. Prints the
// rate, and p50 and p99 of the time from a write to its acknowledgement.
//   store     64 writers
//   crowd     256 writers
//   single    raw SQLite, one commit per write
//   batch64   raw SQLite, one commit per 64 writes
#include <atomic>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/check.h"
#include "libs/base/uuid.h"
#include "tests/bench/measure.h"
#include "tests/bench/raw.h"
#include "tests/bench/stall.h"

namespace shian::bench {
namespace {

constexpr int kWriters = 64;
constexpr int kCrowd = 256;
constexpr int kBatch = 64;

store::WriteContext Request() {
  store::WriteContext context;
  context.now = absl::Now();
  context.caller = "bench";
  context.request_id = NewUuid7(context.now);
  context.body_digest = std::string(32, 'd');
  return context;
}

absl::StatusOr<std::string> PutStall(store::WriteTx& tx) {
  const std::string id = tx.NewId();
  const absl::Status put = Stalls().Insert(tx, store::Values(id, std::string(kLabelBytes, 'v')));
  if (!put.ok()) return put;
  return id;
}

// Writers that each wait for their answer before they write again, as the edge of a service makes
// them: an answer comes on the store's thread and is never waited for on a thread of its own.
class Load {
 public:
  Load(store::Store& store, int writes) : store_(store), left_(writes), due_(writes) {}

  void Run(int in_flight) {
    for (int i = 0; i < in_flight; ++i) Next();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Load::Done));
  }
  const std::vector<double>& micros() const { return micros_; }

 private:
  bool Done() const { return static_cast<int>(micros_.size()) == due_; }

  void Next() {
    if (left_.fetch_sub(1) <= 0) return;
    const absl::Time begun = absl::Now();
    store_.Write(Request(), PutStall, absl::InfiniteFuture(),
                 [this, begun](const absl::StatusOr<store::Written>& written) {
                   CHECK_OK(written);
                   const double took = absl::ToDoubleMicroseconds(absl::Now() - begun);
                   Next();
                   absl::MutexLock lock(&mutex_);
                   micros_.push_back(took);
                 });
  }

  store::Store& store_;
  std::atomic<int> left_;
  const int due_;
  absl::Mutex mutex_;
  std::vector<double> micros_;
};

void ThroughStore(int writes, int in_flight, const std::string& folder) {
  const auto store = OpenStore(folder);
  Load load(*store, writes);
  const Stopwatch watch;
  load.Run(in_flight);
  Print({{"rate", writes / watch.Seconds()},
         {"p50_us", Percentile(load.micros(), 0.5)},
         {"p99_us", Percentile(load.micros(), 0.99)}});
}

void PastStore(int writes, int per_commit, const std::string& folder) {
  OpenStore(folder);  // makes the same tables and indexes
  Raw raw(absl::StrCat(folder, "/store.db"));
  const std::string label(kLabelBytes, 'v');
  const std::string digest(32, 'd');
  const Stopwatch watch;
  for (int i = 0; i < writes; ++i) {
    if (i % per_commit == 0) raw.Execute("BEGIN IMMEDIATE");
    const std::string id = NewUuid7(absl::Now());
    raw.Insert(
        "INSERT INTO stall (stall, label, digest) VALUES (CAST(?1 AS TEXT), "
        "CAST(?2 AS TEXT), ?3)",
        {id, label, digest});
    raw.Insert(
        "INSERT INTO request (caller, request_id, body_digest, reply, digest, recorded) "
        "VALUES (CAST(?1 AS TEXT), CAST(?2 AS TEXT), ?3, ?4, ?5, ?6)",
        {"bench", NewUuid7(absl::Now()), digest, id, digest}, absl::ToUnixMicros(absl::Now()));
    if (i % per_commit == per_commit - 1 || i == writes - 1) raw.Execute("COMMIT");
  }
  Print({{"rate", writes / watch.Seconds()}});
}

int Main(int argc, char** argv) {
  int writes = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &writes) || writes < 1) return 2;
  const std::string mode = argv[1];
  if (mode == "store") ThroughStore(writes, kWriters, argv[3]);
  if (mode == "crowd") ThroughStore(writes, kCrowd, argv[3]);
  if (mode == "single") PastStore(writes, 1, argv[3]);
  if (mode == "batch64") PastStore(writes, kBatch, argv[3]);
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
