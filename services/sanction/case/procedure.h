// By which procedure a case is handled and what that procedure leaves out (办案程序); from policy.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "libs/calendar/deadline.h"
#include "libs/calendar/rule.h"
#include "libs/errors/errors.h"
#include "services/sanction/case/detail.h"
#include "services/sanction/case/penalty.h"

namespace shian::sanction {

enum class Act;

// What a decision needs, by the chain and the procedure of the case.
struct Needs {
  bool legal_review = true;
  bool closed_window = true;
  bool discussion = true;
  bool hearing_notice = true;
  std::set<Act> left_out = {};  // the acts that the chain does not have
};

// What a procedure may impose.
struct ProcedureLimits {
  std::set<PenaltyKind> kinds;  // empty: all
  int64_t fine_fen_max = 0;     // for this party; 0: none set
  errors::Basis basis;
};

// A fine that only authorities of some levels may impose.
struct DecisionLevel {
  int64_t fine_fen_min = 0;
  int level_min = 0;  // 1 state, 2 province, 3 city, 4 county, 5 township
  errors::Basis basis;
};

// PROCEDURE_TOO_LIGHT for a penalty that this procedure does not bear.
absl::Status CheckProcedure(const ProcedureLimits& limits, const Penalty& penalty);

// DECISION_LEVEL_TOO_LOW when an officer of `region` may not impose such a fine.
absl::Status CheckLevel(const std::vector<DecisionLevel>& levels, const Penalty& penalty,
                        absl::string_view region);

// TIME_BARRED when the violation was found after the period that began with its end.
absl::Status CheckTimeBar(const calendar::Rule& rule, const calendar::Due& due, Date found);

// As many different officers as the rule wants, `person` among them: OFFICERS_TOO_FEW.
absl::Status CheckOfficers(const std::vector<CaseOfficer>& officers, absl::string_view person,
                           int min, const errors::Basis& basis);

}  // namespace shian::sanction
