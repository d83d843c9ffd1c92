// How near a subject and a listed party are, and what speaks for and against it.
#pragma once

#include <string>
#include <vector>

#include "services/sanction/screening/name.h"

namespace shian::sanction {

inline constexpr char kMatcherVersion[] = "cn-name-1";

enum class Band { kSame = 1, kReview = 2, kRelated = 3, kDifferent = 4 };
enum class Comparison { kAgrees = 1, kNear = 2, kMissing = 3, kConflicts = 4 };

struct Feature {
  std::string part;  // "code", "region", "brand", "trade", "form", "branch"
  Comparison comparison = Comparison::kMissing;
  std::string asked;
  std::string listed;
};

struct Likeness {
  Band band = Band::kDifferent;
  int score_milli = 0;
  std::vector<Feature> features;

  int Count(Comparison comparison) const;
};

// By the grammar of names. A branch, and a firm of the same brand in another trade or place, is
// related at most.
Likeness CompareNames(const Name& asked, const Name& listed);

// With codes: an equal one decides by itself; different ones rule SAME out, whatever the names say.
Likeness CompareCodes(const std::string& asked, const std::string& listed, Likeness by_name);

}  // namespace shian::sanction
