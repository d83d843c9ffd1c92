// What policy asks of a repair and of a dispute (信用修复、异议), as the domain needs it: the
// national rule of the day with what the province says differently.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/time.h"
#include "libs/calendar/deadline.h"
#include "libs/errors/errors.h"
#include "services/sanction/case/penalty.h"
#include "services/sanction/listing/rule.h"
#include "services/sanction/listing/steps.h"

namespace shian::sanction {

struct RepairClass {
  std::string title;
  bool any_kinds = false;
  std::set<PenaltyKind> kinds;
  std::set<std::string> fields;           // empty: all
  std::optional<calendar::Budget> after;  // absent: at once
  errors::Basis after_basis;
  bool from_publication = false;  // else from the decision
  std::vector<Condition> conditions;
  std::set<PenaltyKind> barred;
  errors::Basis basis;
};

// The path of a party in bankruptcy reorganisation (破产重整).
struct Reorganisation {
  std::set<std::string> waived;  // conditions that the court's ruling stands for
  bool waives_period = false;
  errors::Basis basis;
};

struct RepairTerms {
  std::string revision;
  std::string provincial_revision;
  std::vector<RepairClass> classes;
  std::vector<Condition> conditions;  // in every class and of every list
  std::optional<Reorganisation> reorganisation;
  std::string accept_clock;
  std::string decide_clock;
  std::string stop_clock;
  std::string dispute_clock;
  std::string dispute_source_clock;
  std::string repair_chain;
  std::string publicity_chain;
};

// The first class that takes the penalty; null when none does.
const RepairClass* ClassOf(const std::vector<RepairClass>& classes, const Penalty& penalty,
                           const std::string& field);

// Conditions that the records or the party's claim do not meet; those that this service cannot
// judge are left to the officer who decides. `waived` are not asked.
absl::Status CheckConditions(const std::vector<Condition>& conditions, const RepairClaim& claim,
                             const RepairRecord& record, const std::set<std::string>& waived,
                             const errors::Basis& basis);

// What a claim of reorganisation waives. Refused where the terms know no such path, or without a
// paper of the court.
absl::StatusOr<Reorganisation> WaivedBy(const RepairTerms& terms, const RepairClaim& claim);

}  // namespace shian::sanction
