// Reads and writes of saved subjects, their hits and alerts, and how far they are screened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/saved/saved.h"

namespace shian::sanction {

// ---- Subjects
// ------------------------------------------------------------------------------------

absl::StatusOr<std::optional<SavedSubject>> FindSaved(store::ReadTx& tx, const SavedId& id);
// Inserts or replaces, with the next sequences. Of different ids.
absl::Status PutSaved(store::WriteTx& tx, std::vector<SavedSubject> subjects);
// Takes the words of a subject, its hits and its alerts. Its place goes with DropSaved.
absl::Status RemoveSaved(store::WriteTx& tx, SavedSubject subject);
absl::Status DropSaved(store::WriteTx& tx, const SavedId& id);
// In the order of their changes, removed ones too.
absl::StatusOr<std::vector<SavedSubject>> SavedAfter(store::ReadTx& tx, int64_t sequence,
                                                     int limit);
// In the order of references, without removed ones.
absl::StatusOr<std::vector<SavedSubject>> ListSaved(store::ReadTx& tx, const std::string& system,
                                                    const std::string& list,
                                                    const std::string& after, int limit);
// Adds to the number of a system's subjects, and gives it.
absl::StatusOr<int64_t> CountSaved(store::WriteTx& tx, const std::string& system, int64_t added);
// 依法删除: those that are this party. While its names are still known.
absl::Status EraseSavedAbout(store::WriteTx& tx, const OperatorId& op);

// ---- Hits and alerts
// -----------------------------------------------------------------------------

// In the order of entries.
absl::StatusOr<std::vector<SavedHit>> HitsOf(store::ReadTx& tx, const SavedId& id);
// Whose hit a party is.
absl::StatusOr<std::vector<SavedId>> HitBy(store::ReadTx& tx, const OperatorId& op);
absl::Status ReplaceHits(store::WriteTx& tx, const SavedId& id, const std::vector<SavedHit>& before,
                         const std::vector<SavedHit>& now);
// All of one system. Gives the sequence of the last one.
absl::StatusOr<int64_t> AppendAlerts(store::WriteTx& tx, const std::string& system,
                                     const std::vector<SubjectAlert>& alerts);
absl::StatusOr<std::vector<SubjectAlert>> AlertsAfter(store::ReadTx& tx, const std::string& system,
                                                      int64_t sequence, int limit);

// ---- Progress
// ------------------------------------------------------------------------------------

struct Progress {
  int64_t list_revision = 0;     // changes of the list up to here are taken
  int64_t subject_sequence = 0;  // subjects changed up to here are screened
  std::string rules;             // of names, by which they were

  bool operator==(const Progress&) const = default;
};
absl::StatusOr<Progress> ReadProgress(store::ReadTx& tx);
absl::Status PutProgress(store::WriteTx& tx, const Progress& progress);

}  // namespace shian::sanction
