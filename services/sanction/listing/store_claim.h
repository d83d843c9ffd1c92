// What a request for the repair of an entry claims beyond its event: it is held to that when it is
// decided.
#pragma once

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction {

// Of the entry's last event, a request: whether it goes by the path of a party in reorganisation.
absl::Status PutRepairClaim(store::WriteTx& tx, const Entry& entry, bool reorganisation);
// Of that request; false for one from before it could be claimed.
absl::StatusOr<bool> ClaimsReorganisation(store::ReadTx& tx, const Entry& entry,
                                          const EntryEvent& asked);

}  // namespace shian::sanction
