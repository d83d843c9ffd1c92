// Reads and writes of what happened to penalties' publicity.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/publicity/publicity.h"

namespace shian::sanction {

// The case with what happened beside it; absent when there is no such case.
absl::StatusOr<std::optional<Publicity>> FindPublicity(store::ReadTx& tx, const OperatorId& op,
                                                       const CaseId& id);
// As the next event.
absl::Status AppendPublicityEvent(store::WriteTx& tx, PublicityEvent event, Publicity* publicity);
// Published penalties whose last public day is before `today`, and whose end nothing has told.
absl::StatusOr<std::vector<Publicity>> PublicitiesToEnd(store::ReadTx& tx, Date today, int limit);

}  // namespace shian::sanction
