// The rule of one kind of list (名单规则), as the domain needs it; policy fills it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "libs/calendar/deadline.h"
#include "libs/errors/errors.h"
#include "services/sanction/case/penalty.h"

namespace shian::sanction {

struct Ground {
  std::string key;
  std::string title;
  errors::Basis basis;
};

struct Condition {
  std::string key;
  std::string title;
  errors::Basis basis;
};

struct ListingRule {
  std::string list;
  std::string title;
  std::string revision;
  errors::Basis basis;
  bool joint_effect = false;
  bool incentive_effect = false;
  bool needs_penalty = false;  // decided with a heavier penalty, else nominated
  bool editions = false;
  HeavierRule heavier;
  std::vector<Ground> grounds;
  calendar::Budget period;
  bool longer_ban_prevails = false;
  calendar::Budget repair_after;
  errors::Basis repair_basis;
  std::vector<Condition> repair_conditions;
  bool consent_needed = false;  // in the region that the rule was read for
  std::string chain;
  std::string repair_chain;  // empty: its entries are not repaired
  std::string catalogue;
  std::string objection_clock;  // of a nomination; empty: the party is not told of it
  std::string publish_clock;    // empty: no period is set
  std::string accept_clock;
  std::string decide_clock;
  std::string stop_clock;
  std::set<std::string> ended_shown_for;  // "COURT"
};

const Ground* FindGround(const ListingRule& rule, absl::string_view key);

}  // namespace shian::sanction
