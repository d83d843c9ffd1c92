// A rating policy (风险分级规则) as the domain reads it. All numbers are integers in thousandths of
// a point: two programs agree to the last digit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/errors/errors.h"

namespace shian::credit {

// A is the good end. The numbers are stored and are those of the API.
enum class Grade { kUnspecified = 0, kA = 1, kB = 2, kC = 3, kD = 4, kUnrated = 5 };

bool IsGraded(Grade grade);
// `steps` towards D (or towards A when negative); never beyond either.
Grade Moved(Grade grade, int steps);
// The riskier one; unrated is riskier than nothing and milder than any grade.
Grade Worse(Grade a, Grade b);
// "A" … "D", "UNRATED" / "未评级".
absl::string_view GradeWord(Grade grade);

struct StaticItem {
  std::string value;  // matches all values that begin with it
  int64_t up_to = 0;  // numeric row: upper bound, inclusive; 0: none
  int64_t points_milli = 0;
  std::string title_zh;
  int mark = 0;
};

struct StaticFactor {
  std::string attribute;
  std::string title_zh;
  std::vector<StaticItem> items;
  int64_t unknown_points_milli = 0;
};

struct StaticTable {
  std::string key;
  std::vector<std::string> operator_kinds;
  std::vector<StaticFactor> factors;
  errors::Basis basis;
  int mark = 0;
};

// Dynamic share from checklists: max * failed weight / applicable weight.
struct ChecklistRule {
  int64_t key_item_weight = 0;
  int64_t general_item_weight = 0;
};

// Dynamic share from the number of findings, fading with age.
struct FindingRule {
  int64_t key_failed_milli = 0;
  int64_t general_failed_milli = 0;
  int64_t slight_failed_milli = 0;
  int64_t nonconforming_milli = 0;
  int64_t half_life_days = 0;
};

// Which visits count, and by which of the two rules.
struct DynamicRule {
  std::optional<ChecklistRule> checklist;
  std::optional<FindingRule> findings;
  int window_months = 0;
  std::vector<std::string> check_kinds;
  errors::Basis basis;
  int mark = 0;
};

struct Band {
  Grade grade = Grade::kUnspecified;
  int64_t upper_milli = 0;
  std::string title_zh;
};

struct Adjustment {
  std::string event;
  std::string title_zh;
  std::string title_en;
  int steps = 0;  // positive: up towards D
  Grade set = Grade::kUnspecified;
  int count_min = 1;
  int years_min = 0;
  std::vector<std::string> not_for;
  bool determines_at_once = false;
  bool while_cause_lasts = false;
  std::vector<std::string> requires_all;  // tags of the evidence
  std::vector<std::string> requires_any;  // empty: none is needed
  std::string way_back_zh;
  std::string way_back_en;
  errors::Basis basis;
  int mark = 0;
};

struct Bounds {
  int up_max = 0;    // 0: no bound
  int down_max = 0;  // 0: no bound
  bool no_down_with_up = false;
};

struct Rules {
  std::string id;
  std::string revision;
  std::string title_zh;
  int64_t static_max_milli = 0;
  int64_t dynamic_max_milli = 0;
  std::vector<StaticTable> tables;
  DynamicRule dynamic;
  std::vector<Band> bands;
  std::vector<Adjustment> adjustments;
  Bounds bounds;
  int applies_month = 1;  // from which day the yearly grade applies
  int applies_day = 1;
  int finish_month = 12;  // until when the yearly determination is finished
  int finish_day = 31;
  bool static_alone_for_new = false;
  int new_months = 0;
};

// The grade of `points_milli` alone.
Grade GradeOf(const Rules& rules, int64_t points_milli);

}  // namespace shian::credit
