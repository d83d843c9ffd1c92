#include "services/sanction/screening/match.h"

#include <algorithm>

namespace shian::sanction {

int Likeness::Count(Comparison comparison) const {
  return static_cast<int>(
      std::count_if(features.begin(), features.end(),
                    [&](const Feature& feature) { return feature.comparison == comparison; }));
}

Band BandWithCodes(Comparison codes, Band by_name) {
  if (codes == Comparison::kAgrees) return Band::kSame;
  const bool ruled_out = codes == Comparison::kConflicts && by_name == Band::kSame;
  return ruled_out ? Band::kReview : by_name;
}

int ScoreWithCodes(Comparison codes, int by_name) {
  return codes == Comparison::kAgrees ? names::kScoreMax : by_name;
}

}  // namespace shian::sanction
