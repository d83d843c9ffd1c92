// The opaque token of a state of one store: what an answer saw. A caller that holds one may demand
// at least that state from any replica.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"

namespace shian::ledger {

// The state this transaction sees. Give it to the store's options.
absl::StatusOr<std::string> Revision(store::ReadTx& tx);

// Whether any state that reached this token shows all that its holder saw. The ends of the logs do
// not say so where many write: what was committed has its place there a moment later.
bool IsOfWrite(absl::string_view revision);

// That a read will ask for it: see store::ReadTx::Expect.
void ExpectRevision(store::ReadTx& tx);

// OK when the state seen here is at least `revision`. UNAVAILABLE (REVISION_NOT_REACHED)
// when it is not yet; INVALID_ARGUMENT when the token is malformed or of another origin.
absl::Status RequireRevision(store::ReadTx& tx, absl::string_view revision);

// The token of a write where many write: its entry has no sequence yet, but what it is about has a
// version.
std::string VersionRevision(absl::string_view origin, absl::string_view shard, int64_t version);

}  // namespace shian::ledger
