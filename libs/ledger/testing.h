// For tests of whoever writes changes.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "libs/ledger/change.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/pending.h"
#include "libs/store/store.h"

namespace shian::ledger {

// Whether a sequencer runs somewhere, and whether entries wait for it.
struct Waiting {
  bool led = false;
  bool entries = false;
};
inline absl::StatusOr<Waiting> LookAtPending(store::Store& store) {
  Waiting waiting;
  const absl::Status read = store.ReadNow([&](store::ReadTx& tx) -> absl::Status {
    const auto lease = tx.QueryOne({"SELECT token FROM lease WHERE beat >= 0"}, {});
    if (!lease.ok()) return lease.status();
    const auto entries = HasPending(tx);
    if (!entries.ok()) return entries.status();
    waiting = {lease->has_value(), *entries};
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return waiting;
}

inline absl::Status PlaceAll(store::WriteTx& tx) {
  for (const Log log : {Log::kFacts, Log::kPublic, Log::kAudit}) {
    const auto state = ReadState(tx, log);
    if (!state.ok()) return state.status();
    const auto moved = SequencePending(tx, log, state->epoch, state->last, 1'000'000);
    if (!moved.ok()) return moved.status();
  }
  return absl::OkStatus();
}

// Where many write, entries get their places later: from the sequencer when one runs, else here.
// After it, what was committed before can be read in the logs.
inline absl::Status Place(store::Store& store) {
  if (!store.many_writers()) return absl::OkStatus();
  for (int tries = 0; tries < 500; ++tries) {
    const auto waiting = LookAtPending(store);
    if (!waiting.ok()) return waiting.status();
    if (!waiting->entries) return absl::OkStatus();
    if (!waiting->led) break;
    absl::SleepFor(absl::Milliseconds(10));
  }
  store::WriteContext context;
  context.now = absl::Now();
  context.caller = "test";
  return store
      .WriteAndWait(std::move(context),
                    [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      const absl::Status placed = PlaceAll(tx);
                      if (!placed.ok()) return placed;
                      return "";
                    })
      .status();
}

}  // namespace shian::ledger
