// How near two names are, part by part, and what speaks for and against their being one firm.
#ifndef SHIAN_LIBS_NAMES_COMPARE_H_
#define SHIAN_LIBS_NAMES_COMPARE_H_

#include <string>
#include <vector>

#include "libs/names/name.h"

namespace shian::names {

// Grows when the same two names may compare otherwise than before.
inline constexpr char kMatcherVersion[] = "cn-name-2";

// The most that a comparison can come to.
inline constexpr int kScoreMax = 1000;

// In the order of nearness. kSame: all parts agree. kReview: a person must look. kRelated: a
// branch, or the same brand elsewhere or in another trade; never the same.
enum class Band { kSame = 1, kReview = 2, kRelated = 3, kDifferent = 4 };
enum class Comparison { kAgrees = 1, kNear = 2, kMissing = 3, kConflicts = 4 };

// Why two brands are near.
enum class Nearness {
  kNone,
  kSound,    // 同音
  kShape,    // 形近
  kOrder,    // two neighbours are swapped, or words stand in another order
  kOneChar,  // one of at least four characters differs
  kMissing,  // one character more, or words more
  kPlaced,   // the brand begins with what may be a division
};

struct Verdict {
  Band band = Band::kDifferent;
  int score_milli = 0;  // order within a band, higher is nearer
  Comparison region = Comparison::kMissing;
  Comparison brand = Comparison::kMissing;
  Comparison trade = Comparison::kMissing;
  Comparison form = Comparison::kMissing;
  Comparison branch = Comparison::kMissing;
  Nearness nearness = Nearness::kNone;  // when `brand` is kNear

  bool operator==(const Verdict&) const = default;
};

Verdict Compare(const NameView& asked, const NameView& listed);

struct Feature {
  std::string part;  // "code", "region", "brand", "trade", "form", "branch"
  Comparison comparison = Comparison::kMissing;
  std::string asked;
  std::string listed;
  Nearness nearness = Nearness::kNone;
};

std::vector<Feature> Explain(const NameView& asked, const NameView& listed, const Verdict& verdict);

// In Chinese: "字号相近（同音）".
std::string DetailOf(const Feature& feature);

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_COMPARE_H_
