// What a rating policy gives on the evidence (风险测算): pure functions of policy, view and time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "services/credit/archive/evidence.h"
#include "services/credit/rating/rules.h"

namespace shian::credit {

enum class ContributionKind {
  kUnknown = 0,
  kStatic = 1,
  kDynamic = 2,
  kFinding = 3,
  kAdjustment = 4
};

// One reason why a rating is what it is.
struct Contribution {
  ContributionKind kind = ContributionKind::kUnknown;
  std::string rule;
  std::string title_zh;
  std::string title_en;
  int64_t points_milli = 0;
  int steps = 0;
  Grade set = Grade::kUnspecified;
  int64_t evidence = 0;  // its number; 0: none
  std::optional<Date> date;
  std::string value;
  bool assumed = false;
  bool bounded = false;
  errors::Basis basis;
  int mark = 0;
  std::string way_back_zh;
  std::string way_back_en;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

// Static and dynamic points and the grade they give.
struct Points {
  int64_t static_milli = 0;
  int64_t dynamic_milli = 0;
  Grade grade = Grade::kUnrated;  // unrated when too little is known
  bool no_visit = false;          // nothing of the dynamic share is known
  bool not_covered = false;       // the policy has no table for this kind of operator
  std::vector<Contribution> contributions;

  int64_t total() const { return static_milli + dynamic_milli; }
};
// With `static_suffices` the grade is that of the static share when there was no visit: for new
// operators, and as the least that an event is counted from.
Points CountPoints(const Rules& rules, const View& view, bool static_suffices);

// What events do to a grade.
struct Adjusted {
  Grade grade = Grade::kUnrated;
  std::vector<Contribution> contributions;
};
// Which events a rule looks at.
struct EventScope {
  absl::Time from;  // of what happened since, up to view.as_of
  enum class Which { kAll, kNotLastingAtOnce, kAtOnceOnly } which = Which::kAll;
};
Adjusted Adjust(const Rules& rules, const View& view, Grade grade, const EventScope& scope);

// The indicative grade at view.as_of: points, and the events of that calendar year.
struct Assessment {
  Grade grade = Grade::kUnrated;
  Points points;
  std::vector<Contribution> adjustments;
};
Assessment Assess(const Rules& rules, const View& view);

// The first instant of the year in which `time` lies, in China's time.
absl::Time YearStart(absl::Time time);

// Keys of policies' events that a piece of evidence may be. Which tags it needs for one is policy.
std::vector<std::string> EventsOf(const Evidence& evidence);

}  // namespace shian::credit
