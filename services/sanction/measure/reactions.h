// What happens to measures without anyone asking for it: the publication of an entry orders them,
// its end lifts them, and so does time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/sanction/case/case.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/measure/measure.h"

namespace shian::sanction {

// For the listing module: runs in the transaction of the publication; gives the names of the
// measures. `policies` outlives it, as with all of these.
std::function<absl::StatusOr<std::vector<std::string>>(store::WriteTx&, const Entry&)>
OrderMeasuresBy(const policy::Policies& policies);

// For the listing module: runs in the transaction that ends the entry. Every order is reversed.
std::function<absl::Status(store::WriteTx&, const Entry&)> LiftMeasuresBy(
    const policy::Policies& policies);

// For the case module: with the penalty fall the entry and its measures.
std::function<absl::Status(store::WriteTx&, const Case&)> AnnulBy(const policy::Policies& policies);

// Tells what has ended by itself: entries whose period is over, with their measures, and measures
// whose own period is.
absl::Status TellEnds(store::Store& store, const policy::Policies& policies, absl::Time now);

// Tells the department's system that its order was withdrawn.
absl::Status TellLifted(store::WriteTx& tx, const Measure& measure);

}  // namespace shian::sanction
