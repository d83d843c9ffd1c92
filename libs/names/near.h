// Whether two brands, or two rows of words, are nearly equal, and why.
#ifndef SHIAN_LIBS_NAMES_NEAR_H_
#define SHIAN_LIBS_NAMES_NEAR_H_

#include "libs/names/compare.h"

namespace shian::names {

// From this length on one wrong character still leaves a brand recognisable.
inline constexpr size_t kOneOfManyCharsMin = 4;
// From this length on a brand is recognised with one character missing, a word with one wrong.
inline constexpr size_t kMissingCharsMin = 5;

// kNone when they are equal or not near. What it finds near shares a key: see KeysOf.
Nearness NearnessOf(TextView a, TextView b);

// The same for brands that are cut from their trade by guess: sound and order alone.
Nearness SoundOrOrder(TextView a, TextView b);

// Words of Latin names: kAgrees when all are the same, in their order.
struct WordsVerdict {
  Comparison comparison = Comparison::kConflicts;
  Nearness nearness = Nearness::kNone;
};
WordsVerdict CompareWords(TextView a, TextView b);

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_NEAR_H_
