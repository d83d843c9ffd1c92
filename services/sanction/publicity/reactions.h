// What follows for a penalty's publicity without anyone asking: a decision about a party of another
// province, an annulment, the end of its period.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/sanction/case/service.h"
#include "services/sanction/publicity/publicity.h"

namespace shian::sanction {

// What follows when a decision is served or a penalty set aside: a push of what is to be public is
// owed when the party is of another province; with the penalty falls what `annul` makes fall, and
// what was published is to be withdrawn. `policies` outlives it.
FollowHook CaseFollowers(const policy::Policies& policies, FollowHook annul);

// What follows when repair is granted: its end is told, and what was pushed to another province is
// to be withdrawn there, within the time of `clock`.
absl::Status FollowGrant(store::WriteTx& tx, const policy::Policies& policies,
                         const std::string& clock, Publicity* publicity);

// Tells that publicity ended, to other services and the public.
absl::Status TellPublicityEnded(store::WriteTx& tx, const Publicity& publicity, PublicityState how,
                                absl::Time time);

// Tells the end of every publicity whose period is over. That it is over follows from its dates;
// this only says so once.
absl::Status TellPublicityEnds(store::Store& store, absl::Time now);

}  // namespace shian::sanction
