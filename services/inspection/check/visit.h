// Visits (监督检查) and how often they are due (检查频次).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/inspection/frame/frame.h"

namespace shian::inspection::check {

// Numbers are those of the API.
enum class Kind {
  kNone,
  kRoutine,
  kRandom,
  kUnannounced,
  kSystem,
  kComplaint,
  kFollowUp,
  kLicensing
};
enum class Result {
  kNone,
  kConforming,
  kMostlyConforming,
  kNonconforming,
  kNoBusiness,
  kObstructed
};

struct Counts {
  int key_items = 0;
  int key_failed = 0;
  int general_items = 0;
  int general_failed = 0;
  int slight_failed = 0;  // among general_failed
  template <class A>
  void Fields(A& a) {
    a(key_items)(key_failed)(general_items)(general_failed)(slight_failed);
  }
};

// What stands in a visit's body; who made it is kept apart.
struct Findings {
  Counts counts;
  std::vector<std::string> violation_codes;
  std::string draw;
  std::optional<Date> rectify_by;
  std::string remark;
  template <class A>
  void Fields(A& a) {
    a(counts)(violation_codes)(draw)(rectify_by)(remark);
  }
};

struct Visit {
  std::string operator_id;
  int64_t number = 0;
  std::string region;
  Date date;
  Kind kind = Kind::kNone;
  Result result = Result::kNone;
  Findings findings;
  std::vector<std::string> inspectors;
  std::vector<std::string> alerts;  // of trace, that it looked into: "<operator>-0001"
  int64_t version = 0;
  absl::Time recorded;
  bool attested = false;
  std::string origin, source_id, authority, document_sha256;
};

// 符合: nothing failed; 基本符合: only slight general items did; 不符合: anything else.
Result ResultOf(const Counts& counts);

// How many inspectors make a visit, and the articles that say so.
struct StaffRule {
  int inspectors_min = 0;
  errors::Basis inspectors_basis;
  errors::Basis recusal_basis;
};

// Refuses too few inspectors, unknown ones, and one who must not visit this operator. `known` holds
// the roster's entries for the visit's inspectors; nothing for one it does not have.
absl::Status CheckStaff(const Visit& visit, const StaffRule& rule,
                        const std::vector<std::optional<frame::Inspector>>& known);

struct Frequency {
  int visits_min = 0;
  int visits_max = 0;
  int per_months = 0;
  friend bool operator==(const Frequency&, const Frequency&) = default;
};

// A frequency and since when it holds for an operator.
struct DatedFrequency {
  std::string operator_id;
  absl::Time since;
  std::string grade;
  Frequency frequency;
  std::string policy_revision;
  std::string cause;
};

// A measure of sanction that changes the frequency (重点监管、减少检查), and when it holds.
struct VisitFlag {
  std::string operator_id;
  std::string measure;  // its resource name
  std::string item;     // its key in the catalogue
  int percent = 100;    // of the visits that the grade asks for
  absl::Time since;
  absl::Time until = absl::InfiniteFuture();
  std::string cause;

  bool HoldsAt(absl::Time time) const { return since <= time && time < until; }
};

// What the grade asks for, as the flags change it. The strictest one counts: nobody who is watched
// closely is spared because of a benefit. At least one visit is left.
Frequency Weighed(const Frequency& graded, const std::vector<VisitFlag>& flags);

// The day by which the next visit is due: visits are spread evenly over the period, from the last
// one or, without any, from the day the frequency holds.
Date NextVisitDue(const Frequency& frequency, Date since, const std::optional<Date>& last_visit);

}  // namespace shian::inspection::check
