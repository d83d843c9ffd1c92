#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/recall/conduct.h"

namespace shian::trace::recall {

absl::Status PutStep(store::WriteTx& tx, const std::string& recall, const RecallStep& step);
// In their order, up to the one that made the version `upto`.
absl::StatusOr<std::vector<RecallStep>> ListSteps(store::ReadTx& tx, const std::string& recall,
                                                  int64_t upto);

// Where many write, two that give out the same number are a conflict, and the later one runs again.
absl::Status InsertPlan(store::WriteTx& tx, const std::string& operator_name,
                        const RecallPlan& plan);
absl::Status InsertAssessment(store::WriteTx& tx, const RecallPlan& plan);
// The plan of that number, or with 0 the last one recorded by `at`; with the assessment of then.
absl::StatusOr<std::optional<RecallPlan>> FindPlan(store::ReadTx& tx, const std::string& recall,
                                                   int number,
                                                   absl::Time at = absl::InfiniteFuture());
// Empties whom the operator's plans name.
absl::Status EraseContacts(store::WriteTx& tx, const std::string& operator_name);

absl::Status InsertDisposal(store::WriteTx& tx, const Disposal& row);
// The rows after `after`, recorded by `at`; whether each was taken back by then.
absl::StatusOr<std::vector<Disposal>> ListDisposals(store::ReadTx& tx, const std::string& recall,
                                                    int64_t after, int limit,
                                                    absl::Time at = absl::InfiniteFuture());
absl::StatusOr<std::optional<Disposal>> FindDisposal(store::ReadTx& tx, const std::string& recall,
                                                     int64_t number);
// The number for the next row.
absl::StatusOr<int64_t> NextDisposal(store::ReadTx& tx, const std::string& recall);
}  // namespace shian::trace::recall
