// bench_ledger MODE ENTRIES FOLDER
//   append     changes appended in writes of 64, trees and signed checkpoints kept up, to the last
//   insert     raw SQLite: the same bytes into the same table and indexes in the same batches
//   inclusion  a tree of ENTRIES leaves, then the mean time of one inclusion proof
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/ledger/ledger.h"
#include "libs/ledger/log_reader.h"
#include "tests/bench/measure.h"
#include "tests/bench/raw.h"
#include "tests/bench/stall.h"

namespace shian::bench {
namespace {

constexpr int kBatch = 64;
constexpr size_t kPayloadBytes = 300;
constexpr int kProofs = 2000;

ledger::Change ChangeOf(int64_t number) {
  ledger::Change change;
  change.type = "shian.bench.stall.opened";
  change.subject = absl::StrCat("operators/", number);
  change.region = "410902";
  change.time = absl::Now();
  change.payload = std::string(kPayloadBytes, 'p');
  return change;
}

void AppendAll(store::Store& store, int entries, int per_write) {
  for (int done = 0; done < entries; done += per_write) {
    store::WriteContext context;
    context.now = absl::Now();
    CHECK_OK(store.WriteAndWait(
        context, [done, entries, per_write](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          for (int i = done; i < std::min(entries, done + per_write); ++i) {
            const absl::Status appended = ledger::Append(tx, ChangeOf(i));
            if (!appended.ok()) return appended;
          }
          return "";
        }));
  }
}

std::unique_ptr<ledger::Ledger> StartLedger(store::Store& store) {
  ledger::Ledger::Options options;
  options.signer = ledger::Signer::Generate();
  auto ledger = ledger::Ledger::Start(store, std::move(options));
  CHECK_OK(ledger);
  return *std::move(ledger);
}

void AppendWithCheckpoints(int entries, const std::string& folder) {
  const auto store = OpenStore(folder);
  const auto ledger = StartLedger(*store);
  const Stopwatch watch;
  AppendAll(*store, entries, kBatch);
  CHECK_OK(ledger->Flush());
  Print({{"rate", entries / watch.Seconds()}});
}

// What Append wrote, read back, and written again past the store.
void InsertSame(int entries, const std::string& folder) {
  OpenStore(folder);
  Raw raw(absl::StrCat(folder, "/store.db"));
  const std::string bytes(32, 'd');
  const std::string payload(kPayloadBytes, 'p');
  const Stopwatch watch;
  for (int i = 0; i < entries; ++i) {
    if (i % kBatch == 0) raw.Execute("BEGIN IMMEDIATE");
    raw.Insert(
        "INSERT INTO log_entry (log, epoch, type, subject, region, time, recorded, cause, "
        "commitment, salt, payload, digest, sequence) VALUES (0, 1, CAST(?1 AS TEXT), "
        "CAST(?2 AS TEXT), CAST(?3 AS TEXT), ?9, ?9, CAST(?4 AS TEXT), ?5, ?6, ?7, ?8, ?9)",
        {"shian.bench.stall.opened", absl::StrCat("operators/", i), "410902", "", bytes, bytes,
         payload, bytes},
        i + 1);
    if (i % kBatch == kBatch - 1 || i == entries - 1) raw.Execute("COMMIT");
  }
  Print({{"rate", entries / watch.Seconds()}});
}

void Inclusion(int entries, const std::string& folder) {
  const auto store = OpenStore(folder);
  {
    const auto ledger = StartLedger(*store);
    AppendAll(*store, entries, 2000);
    CHECK_OK(ledger->Flush());
  }
  std::mt19937_64 random(7);
  std::vector<int64_t> leaves(kProofs);
  for (int64_t& leaf : leaves) leaf = static_cast<int64_t>(random() % entries);
  const Stopwatch watch;
  CHECK_OK(store->ReadNow([&](store::ReadTx& tx) {
    for (const int64_t leaf : leaves) {
      const auto proof = ledger::ProveInclusion(tx, ledger::Log::kFacts, leaf, entries);
      if (!proof.ok()) return proof.status();
    }
    return absl::OkStatus();
  }));
  Print({{"micros", watch.Seconds() * 1e6 / kProofs}});
}

int Main(int argc, char** argv) {
  int entries = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &entries) || entries < 1) return 2;
  const std::string mode = argv[1];
  if (mode == "append") AppendWithCheckpoints(entries, argv[3]);
  if (mode == "insert") InsertSame(entries, argv[3]);
  if (mode == "inclusion") Inclusion(entries, argv[3]);
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
