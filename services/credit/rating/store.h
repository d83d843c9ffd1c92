// Reads and writes of determinations and yearly runs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/credit/rating/determine.h"
#include "services/credit/rating/run.h"

namespace shian::credit {

// Gives `determination` its number.
absl::Status InsertDetermination(store::WriteTx& tx, Determination* determination);
absl::StatusOr<std::optional<Determination>> FindDetermination(store::ReadTx& tx,
                                                               const OperatorId& id,
                                                               int64_t number);
// The last one that was made by `known_at` and applied by `as_of`.
absl::StatusOr<std::optional<Determination>> LastDetermination(store::ReadTx& tx,
                                                               const OperatorId& id,
                                                               absl::Time as_of,
                                                               absl::Time known_at);
absl::StatusOr<std::vector<Determination>> ListDeterminations(store::ReadTx& tx,
                                                              const OperatorId& id,
                                                              absl::Time known_at, int64_t after,
                                                              int count);
// 依法删除.
absl::Status EraseDeterminations(store::WriteTx& tx, const OperatorId& id);

absl::StatusOr<std::optional<Run>> FindRun(store::ReadTx& tx, absl::string_view id);
absl::Status PutRun(store::WriteTx& tx, const Run& run);
absl::Status PutProposal(store::WriteTx& tx, const Run& run, const Proposal& proposal, bool done);
absl::Status DeleteProposals(store::WriteTx& tx, const Run& run);
// Graded proposals that are not determined yet.
absl::StatusOr<std::vector<Proposal>> OpenProposals(store::ReadTx& tx, const Run& run, int count);
absl::StatusOr<std::map<Grade, int64_t>> CountProposals(store::ReadTx& tx, const Run& run);

}  // namespace shian::credit
