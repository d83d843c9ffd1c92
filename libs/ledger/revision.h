// The opaque token of a state of one store: what an answer saw. A caller that holds one may demand
// at least that state from any replica.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"

namespace shian::ledger {

// The state this transaction sees. Give it to SqliteOptions::revision.
absl::StatusOr<std::string> Revision(store::ReadTx& tx);

// OK when the state seen here is at least `revision`. UNAVAILABLE (REVISION_NOT_REACHED)
// when it is not yet; INVALID_ARGUMENT when the token is malformed or of another origin.
absl::Status RequireRevision(store::ReadTx& tx, absl::string_view revision);

}  // namespace shian::ledger
