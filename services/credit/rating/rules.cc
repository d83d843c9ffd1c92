#include "services/credit/rating/rules.h"

#include <algorithm>

namespace shian::credit {

bool IsGraded(Grade grade) { return grade >= Grade::kA && grade <= Grade::kD; }

Grade Moved(Grade grade, int steps) {
  if (!IsGraded(grade)) return grade;
  const int moved = static_cast<int>(grade) + steps;
  return static_cast<Grade>(
      std::clamp(moved, static_cast<int>(Grade::kA), static_cast<int>(Grade::kD)));
}

Grade Worse(Grade a, Grade b) {
  const auto rank = [](Grade grade) { return IsGraded(grade) ? static_cast<int>(grade) : 0; };
  if (rank(a) != rank(b)) return rank(a) > rank(b) ? a : b;
  return a == Grade::kUnspecified ? b : a;
}

absl::string_view GradeWord(Grade grade) {
  switch (grade) {
    case Grade::kA:
      return "A";
    case Grade::kB:
      return "B";
    case Grade::kC:
      return "C";
    case Grade::kD:
      return "D";
    case Grade::kUnrated:
      return "UNRATED";
    case Grade::kUnspecified:
      break;
  }
  return "";
}

Grade GradeOf(const Rules& rules, int64_t points_milli) {
  for (const Band& band : rules.bands) {
    if (points_milli <= band.upper_milli) return band.grade;
  }
  return rules.bands.empty() ? Grade::kUnrated : rules.bands.back().grade;
}

}  // namespace shian::credit
