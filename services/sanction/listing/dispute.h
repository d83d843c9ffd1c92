// Disputes about an entry (异议).
#pragma once

#include "services/sanction/listing/entry.h"

namespace shian::sanction {

// The dispute that waits for its answer; null without one.
const EntryEvent* OpenDispute(const Entry& entry);

}  // namespace shian::sanction
