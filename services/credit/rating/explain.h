// The lawful ways back (恢复路径): for each reason that can be undone, the grade that would follow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/credit/rating/determine.h"

namespace shian::credit {

struct WayBack {
  std::string text_zh;
  std::string text_en;
  std::string rule;
  Grade grade = Grade::kUnrated;
  int64_t points_milli = 0;
};

// What a grade rests on, ready to be asked "what if".
struct Explained {
  const Rules& rules;
  const Archive& archive;
  int64_t version = 0;
  absl::Time time;
  Base base;
};

// The nearest way back first: the one that gives the best grade.
std::vector<WayBack> WaysBack(const Explained& explained, const Outcome& outcome);

struct Paragraph {
  std::string zh;
  std::string en;
};
// One paragraph that names nobody.
Paragraph ExplainInWords(const Rules& rules, const Outcome& outcome);

}  // namespace shian::credit
