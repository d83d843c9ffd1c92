// Two names, with a line break between: comparing them is the same both ways, a name is the same as
// itself, and names that are more than different share a key.
#include <algorithm>
#include <string>
#include <vector>

#include "libs/names/compare.h"
#include "libs/names/name.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using names::Band;

bool ShareAKey(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return !both.empty();
}

}  // namespace

FUZZ_TARGET(names) {
  const size_t middle = input.find('\n');
  const names::Name a = names::Parse(input.substr(0, middle));
  const names::Name b =
      names::Parse(middle == absl::string_view::npos ? "" : input.substr(middle + 1));
  const names::Verdict verdict = names::Compare(a.View(), b.View());
  CHECK(verdict == names::Compare(b.View(), a.View()));
  CHECK(names::Explain(a.View(), b.View(), verdict).size() == 5);
  CHECK(verdict.score_milli >= 0 && verdict.score_milli <= names::kScoreMax);
  const names::Verdict self = names::Compare(a.View(), a.View());
  CHECK(a.brand.empty() || self.band <= Band::kReview);
  // A text of many readings has keys for the first eight.
  const bool by_sound = verdict.nearness == names::Nearness::kSound;
  if (verdict.band < Band::kDifferent && !by_sound) {
    CHECK(ShareAKey(names::KeysOf(a.View()), names::KeysOf(b.View())));
  }
}

}  // namespace shian::fuzz
