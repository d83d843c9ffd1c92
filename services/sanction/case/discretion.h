// The rung of a discretion table that a penalty takes (裁量阶次), and whether its fine stays on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// The range of a fine for goods of less than `goods_fen_below` (0: of any value), in fen or as a
// multiple of the goods' value in thousandths.
struct FineRange {
  int64_t goods_fen_below = 0;
  int64_t fen_min = 0;
  int64_t fen_max = 0;
  int64_t permille_min = 0;
  int64_t permille_max = 0;
};

// A rung as the table has it.
struct Rung {
  std::vector<FineRange> fines;  // empty: no fine
  errors::Basis basis;
  bool heavier = false;  // 从重
};

// DISCRETION_UNKNOWN without a rung of that name in the table; FACTS_MISSING unless the facts are
// stated and of that violation; FINE_OUTSIDE_RUNG unless a reason is given and the case was
// discussed collectively; AGGRAVATED_OFF_RUNG for heavier punishment on any rung but the heavier.
absl::Status CheckDiscretion(const Case& c, const Penalty& penalty, const std::optional<Rung>& rung,
                             const Step& step);

}  // namespace shian::sanction
