// From evidence to a determined grade (等级评定). A determination is a pure function of the archive
// at a version, of the policy, of a time and of the base it counts from: replay gives it again, and
// what was annulled falls out by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "services/credit/archive/evidence.h"
#include "services/credit/rating/assess.h"
#include "services/credit/rating/rules.h"

namespace shian::credit {

// What events are counted from: the grade that the evidence known at `version` gave at `time`. With
// a year it is that of the yearly determination (year's points and events); without one nothing was
// determined before the first event, and it is that of the points alone.
struct Base {
  int year = 0;
  absl::Time time;
  int64_t version = 0;
  friend bool operator==(const Base&, const Base&) = default;
};

enum class DeterminationKind {
  kUnknown = 0,
  kInitial = 1,
  kAnnual = 2,
  kAtOnce = 3,
  kCauseGone = 4
};

struct Approver {
  std::string person;
  std::string organisation;
  std::string card;
};

// What a determination comes to.
struct Outcome {
  Grade grade = Grade::kUnrated;
  Grade base_grade = Grade::kUnrated;
  Points points;
  std::vector<Contribution> base_adjustments;  // of the year before
  std::vector<Contribution> at_once;           // since the base
  std::string evidence_digest;

  // All reasons, points first.
  std::vector<Contribution> Contributions() const;
  // SHA-256 over everything above.
  std::string Digest() const;
};
Outcome Determine(const Rules& rules, const Archive& archive, int64_t version, absl::Time time,
                  const Base& base);

// A determination as it is kept.
struct Determination {
  OperatorId id;
  int64_t number = 0;
  DeterminationKind kind = DeterminationKind::kUnknown;
  Grade grade = Grade::kUnrated;
  Grade previous = Grade::kUnrated;
  Grade base_grade = Grade::kUnrated;
  Base base;
  int64_t archive_version = 0;
  absl::Time time;
  Date applies_from;
  int64_t points_milli = 0;
  int64_t static_milli = 0;
  int64_t dynamic_milli = 0;
  Grade points_grade = Grade::kUnrated;
  std::string policy;
  std::string policy_revision;
  std::string evidence_digest;
  std::string result_digest;
  std::string cause;
  std::string run;
  std::vector<Approver> approvers;
};

// The determination that an event calls for, if any: the first one when an event determines at
// once, later ones when what has happened since gives another grade. Without a number.
std::optional<Determination> DetermineAfterEvent(const Rules& rules, const Archive& archive,
                                                 absl::Time now,
                                                 const std::optional<Determination>& last);

// The yearly base: everything known now about the year before `year`.
Base YearBase(int year, int64_t version);
// The yearly determination; nothing when too little is known to grade.
std::optional<Determination> DetermineYear(const Rules& rules, const Archive& archive,
                                           absl::Time now, const Base& base,
                                           const std::optional<Determination>& last);

// Computes `recorded` again; equal digests mean equal to the last bit.
Outcome Replay(const Rules& rules, const Archive& archive, const Determination& recorded);

}  // namespace shian::credit
