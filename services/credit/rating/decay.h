#pragma once

#include <cstdint>

namespace shian::credit {

// `points_milli` (not negative) after `age_days`, halved each `half_life_days`; 0 does not fade.
// Integers only, by a table of 64 steps a half-life, rounded half up: the same on every machine and
// in every program that repeats it.
int64_t Decayed(int64_t points_milli, int64_t age_days, int64_t half_life_days);

}  // namespace shian::credit
