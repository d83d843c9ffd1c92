// How near a subject and a listed party are, by code and by name.
#pragma once

#include <string>
#include <vector>

#include "libs/names/compare.h"

namespace shian::sanction {

using names::Band;
using names::Comparison;
using names::Feature;

struct Likeness {
  Band band = Band::kDifferent;
  int score_milli = 0;
  std::vector<Feature> features;

  int Count(Comparison comparison) const;
};

// With codes: an equal one decides by itself; different ones rule SAME out, whatever the names say:
// another legal person, or one registered anew.
Band BandWithCodes(Comparison codes, Band by_name);
int ScoreWithCodes(Comparison codes, int by_name);

}  // namespace shian::sanction
