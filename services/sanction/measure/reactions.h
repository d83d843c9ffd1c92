// The publication of an entry orders its joint measures.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction {

// In the transaction of the publication; gives the names of the measures.
absl::StatusOr<std::vector<std::string>> OrderMeasures(store::WriteTx& tx,
                                                       const policy::Policies& policies,
                                                       const Entry& entry);

}  // namespace shian::sanction
