// The laboratory for a re-inspection is drawn at random from the public list (随机确定复检机构):
// never the first one, never one tied to it or to the parties. The seed and the order are kept, so
// that anyone may sort the candidates again.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/inspection/frame/frame.h"
#include "services/inspection/sampling/acts.h"

namespace shian::inspection::sampling {

using frame::Laboratory;

// Qualified on `on` for all of `scopes`.
bool Qualified(const Laboratory& laboratory, const std::vector<std::string>& scopes, Date on);

// The candidates in the order of SHA256(seed ‖ "laboratory" ‖ id), each field with its length.
LaboratoryDrawn DrawLaboratory(const std::vector<Laboratory>& known, const Laboratory& first,
                               const std::vector<std::string>& tied,
                               const std::vector<std::string>& scopes, Date on, std::string seed);

}  // namespace shian::inspection::sampling
