// What policy says of a case: its procedure, who may decide, what is pointed out, what must be
// there.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/discretion.h"
#include "services/sanction/case/ending.h"
#include "services/sanction/case/finding.h"
#include "services/sanction/case/steps.h"
#include "services/sanction/case/transfer.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/case.pb.h"

namespace shian::sanction::convert {

inline constexpr char kCaseRule[] = "case.general";

using RuleRevision = policy::Revision<policy::v1::CaseRule>;
using ChainRevision = policy::Revision<policy::v1::ApprovalChain>;

// The rule in force when the case was filed, or that of today for one that is being filed.
absl::StatusOr<RuleRevision> RuleOf(store::ReadTx& tx, const policy::Policies& policies,
                                    const Case& c, absl::Time now);
// The approval chain of its procedure. Where no rule is in force yet the general procedure's chain.
absl::StatusOr<ChainRevision> ChainOf(store::ReadTx& tx, const policy::Policies& policies,
                                      const Case& c, absl::Time now);
// What a decision in this case needs.
absl::StatusOr<Needs> NeedsOf(store::ReadTx& tx, const policy::Policies& policies, const Case& c);

// Whether a lookup failed because no policy in force, or none of its rows, says anything.
bool HasNoRule(const absl::Status& status);

// By how much, and how often, a collective discussion may prolong what the head has prolonged;
// absent before that, and where the table of the filing day does not say.
absl::StatusOr<std::optional<calendar::Rule>> ContinuationOf(store::ReadTx& tx,
                                                             const policy::Policies& policies,
                                                             const Case& c);
// The times that do not count for a clock, in the words of its table.
absl::StatusOr<std::set<std::string>> ExcludedBy(store::ReadTx& tx,
                                                 const policy::Policies& policies,
                                                 const Clock& clock);

ProcedureLimits LimitsOf(const policy::v1::CaseRule& rule, Procedure procedure,
                         bool natural_person);
std::vector<DecisionLevel> ToLevels(const policy::v1::CaseRule& rule);
std::vector<FindingRule> ToFindingRules(const policy::v1::CaseRule& rule);
std::vector<PacketPart> ToPacketParts(const policy::v1::CaseRule& rule);
std::vector<ReviewItem> ToReviewItems(const policy::v1::CaseRule& rule);
// The key of the period after which the violation is punished no more; empty without one.
std::string TimeBarClock(const policy::v1::CaseRule& rule, bool harm);

// The chosen rung as its table has it, and the table's revision in `chosen`; absent when the table
// has no such rung or is not in force.
absl::StatusOr<std::optional<Rung>> RungOf(store::ReadTx& tx, const policy::Policies& policies,
                                           Date on, ChosenRung* chosen);

// The last day on which the penalty is public when it is published by `step`. Refused when policy
// does not publish such a penalty, or not any more because that day has passed.
absl::StatusOr<Date> LastPublicDay(store::ReadTx& tx, const policy::Policies& policies,
                                   const Case& c, const Step& step);

}  // namespace shian::sanction::convert
