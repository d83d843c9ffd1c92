// Reads and writes of nominations and of editions that are out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/listing/nomination.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

// With its first event.
absl::Status InsertNomination(store::WriteTx& tx, const Nomination& nomination);
absl::Status AppendNominationEvent(store::WriteTx& tx, const Nomination& nomination,
                                   const NominationEvent& event);
absl::StatusOr<std::optional<Nomination>> FindNomination(store::ReadTx& tx, const OperatorId& op,
                                                         const NominationId& id);
absl::StatusOr<std::vector<Nomination>> ListNominations(store::ReadTx& tx, const PageQuery& query);
absl::StatusOr<std::vector<Nomination>> NominationsOfEdition(store::ReadTx& tx,
                                                             const Edition& edition);

// ALREADY_EXISTS when it is out.
absl::Status InsertEdition(store::WriteTx& tx, const Edition& edition, const std::string& region,
                           const std::string& person);
absl::StatusOr<bool> IsOut(store::ReadTx& tx, const Edition& edition);

}  // namespace shian::sanction
