// Changes that have no place in their log yet. Where many write at once, a write cannot know which
// number its entry will have; it leaves the entry here, and the sequencer gives places.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/ledger/change.h"
#include "libs/store/store.h"

namespace shian::ledger {

// What hangs together and has one version: "operators/7" of "operators/7/licences/1".
std::string ShardOf(absl::string_view subject);

// Leaves the entries, and moves the versions of what they are about, so that two writes about one
// operator never stand side by side. An entry of the audit log has no version to wait for: its
// order is that of time.
absl::Status AppendAllPending(store::WriteTx& tx, const std::vector<Change>& changes);

// For a write that keeps a rule between rows about `subject` and reports nothing of it: where many
// write at once, of two that both guard it or append about it, side by side, one runs again. So
// both must; appending does it by itself.
absl::Status GuardSubject(store::WriteTx& tx, absl::string_view subject);

// Moves up to `count` waiting entries of a log to its end, which was `last`, in the order of their
// versions; gives how many.
absl::StatusOr<int64_t> SequencePending(store::WriteTx& tx, Log log, int64_t epoch, int64_t last,
                                        int64_t count);

// Whether any log has entries that wait.
absl::StatusOr<bool> HasPending(store::ReadTx& tx);

// 依法删除 of what waits: see EraseEntries. Gives the number of entries erased.
absl::StatusOr<int64_t> ErasePending(store::WriteTx& tx, absl::string_view subject);

}  // namespace shian::ledger
