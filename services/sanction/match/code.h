// The codes that a firm may be asked for by.
#pragma once

#include <string>

#include "services/sanction/match/subject.h"

namespace shian::sanction {

// A unified social credit code, or what was used before it: an organisation code, alone or behind
// the region in a taxpayer number. False when it is none of them.
bool TakeCode(const std::string& code, Subject* subject);

}  // namespace shian::sanction
