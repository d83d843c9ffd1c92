// The papers that a request for repair speaks of.
#pragma once

#include <vector>

#include "services/sanction/listing/steps.h"

namespace shian::sanction {

// Whether as many different papers came as the claim speaks of: the promise is one, the court's
// ruling another. One file is not both.
bool IsDocumented(const RepairClaim& claim, const std::vector<Document>& documents);

}  // namespace shian::sanction
