// How a penalty's publicity stands.
#pragma once

#include "services/sanction/publicity/publicity.h"

namespace shian::sanction {

// Forgotten: repaired, expired or annulled.
bool IsOver(PublicityState state);
// A dispute waits for its answer. The mark (disputed) stays when one was upheld, since the penalty
// is then wrong, until it is set aside.
bool HasOpenDispute(const Publicity& publicity);

}  // namespace shian::sanction
