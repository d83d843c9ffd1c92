// What a copy of a store says of its logs, and what a log is after a restore. For tools: a
// service's own work is log_reader.h and ledger.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/ledger/change.h"
#include "libs/ledger/log_reader.h"
#include "libs/store/store.h"

namespace shian::ledger {

struct RebuiltLog {
  LogState state;
  std::string note;                      // of the latest checkpoint; empty when there is none
  std::map<int64_t, std::string> roots;  // of the sizes asked for, where the log is as long
};

// Reads every entry and builds the tree anew, from nothing but the entries: DATA_LOSS when one is
// missing, or when the latest checkpoint or the stored tree has another root.
absl::StatusOr<RebuiltLog> RebuildLog(store::ReadTx& tx, Log log,
                                      const std::vector<int64_t>& sizes = {});

// How far each consumer has followed each origin here: {origin, last sequence}.
absl::StatusOr<std::map<std::string, int64_t>> FollowedOrigins(store::ReadTx& tx);

// A log from which entries may be lost goes on in a new epoch: other numbers would be given twice.
// `first` is its first entry, so that its next checkpoint is signed under the new name. Cursors of
// earlier epochs stay good as far as the log was kept. INVALID_ARGUMENT when `epoch` is not new.
absl::Status BeginEpoch(store::WriteTx& tx, int64_t epoch, const Change& first);

}  // namespace shian::ledger
