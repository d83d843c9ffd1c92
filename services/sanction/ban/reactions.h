// What is told of bans, and what happens to them without anyone asking: the penalty they rest on
// falls, time passes, the key of their hashes is rotated.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/codes/identity.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/sanction/ban/ban.h"

namespace shian::sanction {

// Tells registries that the person is barred, or is not any more. Nothing of it is public.
absl::Status TellImposed(store::WriteTx& tx, const Ban& ban);
absl::Status TellBanEnded(store::WriteTx& tx, const Ban& ban, BanState how, absl::Time time);

// Ends a ban by an act that is no officer's under our approval chain, and tells it if it was told.
absl::Status EndBan(store::WriteTx& tx, const Ban& ban, BanAct act, absl::Time time,
                    const Actor& actor);

// For the case module: what rests on a penalty that was set aside falls in the same transaction,
// the entry on the list with its measures, and the bans of people. `policies` outlives it.
std::function<absl::Status(store::WriteTx&, const Case&)> AnnulAllBy(
    const policy::Policies& policies);

// Tells the end of every ban whose period is over, once.
absl::Status TellBanExpiries(store::Store& store, absl::Time now);

// Hashes that stand under a former key alone are kept under the one in use too, so that whoever has
// only the new one finds them. Once for each set of keys is enough: what comes later has both.
absl::Status LiftHashes(store::Store& store, const codes::IdentityHasher& hasher, absl::Time now);

}  // namespace shian::sanction
