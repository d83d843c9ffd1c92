#include "services/sanction/case/convert_rules.h"

#include <set>

#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/discretion.pb.h"

namespace shian::sanction::convert {
namespace {

Date FilingDay(const Case& c, absl::Time now) {
  return ToDate(c.events.empty() ? now : c.events.front().time);
}

const policy::v1::CaseProcedureRule* FindProcedure(const policy::v1::CaseRule& rule,
                                                   Procedure procedure) {
  const std::string word = v1::CaseProcedure_Name(static_cast<v1::CaseProcedure>(procedure));
  for (const auto& row : rule.procedures()) {
    if ("CASE_PROCEDURE_" + row.key() == word) return &row;
  }
  return nullptr;
}

bool HasAct(const policy::v1::ApprovalChain& chain, const char* act) {
  for (const auto& row : chain.acts()) {
    if (row.act() == act) return true;
  }
  return false;
}

std::set<Act> LeftOut(const policy::v1::ApprovalChain& chain) {
  std::set<Act> acts;
  for (int number = 1; number <= static_cast<int>(kLastAct); ++number) {
    const auto act = static_cast<Act>(number);
    // The numbers between the acts have no name.
    const absl::string_view name = ChainAct(act);
    if (!name.empty() && !HasAct(chain, ChainAct(act))) acts.insert(act);
  }
  return acts;
}

// A kind that this service does not know matches nothing.
std::set<PenaltyKind> ToKinds(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::set<PenaltyKind> kinds;
  for (const std::string& word : words) {
    v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
    if (v1::PenaltyKind_Parse("PENALTY_KIND_" + word, &kind)) {
      kinds.insert(static_cast<PenaltyKind>(kind));
    }
  }
  return kinds;
}

bool IsNotInForce(const absl::Status& status) {
  return errors::ReasonOf(status) == errors::Reason::kPolicyNotInForce;
}

Rung ToRung(const policy::v1::DiscretionRung& in) {
  Rung rung;
  rung.basis = policy::ToBasis(in.legal_basis());
  rung.heavier = in.level() == policy::v1::DISCRETION_LEVEL_HEAVIER;
  for (const auto& fine : in.fines()) {
    rung.fines.push_back({fine.goods_fen_below(), fine.fine_fen_min(), fine.fine_fen_max(),
                          fine.goods_permille_min(), fine.goods_permille_max()});
  }
  return rung;
}

}  // namespace

bool HasNoRule(const absl::Status& status) {
  return IsNotInForce(status) || absl::IsNotFound(status);
}

absl::StatusOr<RuleRevision> RuleOf(store::ReadTx& tx, const policy::Policies& policies,
                                    const Case& c, absl::Time now) {
  return policies.InForce<policy::v1::CaseRule>(tx, kCaseRule, FilingDay(c, now));
}

absl::StatusOr<ChainRevision> ChainOf(store::ReadTx& tx, const policy::Policies& policies,
                                      const Case& c, absl::Time now) {
  const Date day = FilingDay(c, now);
  const auto rule = RuleOf(tx, policies, c, now);
  const bool general = c.procedure() == Procedure::kGeneral;
  if (!rule.ok() && !(general && IsNotInForce(rule.status()))) return rule.status();
  std::string chain = kCaseChain;
  if (rule.ok()) {
    const auto* procedure = FindProcedure(rule->policy(), c.procedure());
    if (procedure == nullptr) {
      return errors::InvalidField("filing.procedure",
                                  {"is not in the rule in force", "现行规则未规定该程序"});
    }
    chain = procedure->approval_chain();
  }
  return policies.InForce<policy::v1::ApprovalChain>(tx, chain, day);
}

absl::StatusOr<Needs> NeedsOf(store::ReadTx& tx, const policy::Policies& policies, const Case& c) {
  Needs needs;
  const absl::Time filed = c.events.front().time;
  // The general procedure leaves nothing out, but a chain may be older than the notice of a
  // hearing.
  if (c.procedure() == Procedure::kGeneral) {
    if (c.notice() == nullptr || !c.notice()->hearing_offered) return needs;
    ASSIGN_OR_RETURN(const ChainRevision chain, ChainOf(tx, policies, c, filed));
    needs.hearing_notice = HasAct(chain.policy(), ChainAct(Act::kHearingNotified));
    return needs;
  }
  ASSIGN_OR_RETURN(const RuleRevision rule, RuleOf(tx, policies, c, filed));
  ASSIGN_OR_RETURN(const ChainRevision chain, ChainOf(tx, policies, c, filed));
  const auto* procedure = FindProcedure(rule.policy(), c.procedure());
  needs.legal_review = HasAct(chain.policy(), "legal_review");
  needs.discussion = HasAct(chain.policy(), "collective_discussion");
  needs.hearing_notice = HasAct(chain.policy(), ChainAct(Act::kHearingNotified));
  needs.left_out = LeftOut(chain.policy());
  needs.closed_window = procedure == nullptr || procedure->waits_for_statement();
  return needs;
}

absl::StatusOr<std::optional<calendar::Rule>> ContinuationOf(store::ReadTx& tx,
                                                             const policy::Policies& policies,
                                                             const Case& c) {
  if (!c.Has(Act::kPeriodExtended)) return std::nullopt;
  const auto rule = policies.RuleInForce(tx, clocks::kContinued, ToDate(c.events.front().time));
  if (rule.ok()) return *rule;
  // A table that does not know it lets no discussion prolong anything.
  if (HasNoRule(rule.status())) return std::nullopt;
  return rule.status();
}

absl::StatusOr<std::set<std::string>> ExcludedBy(store::ReadTx& tx,
                                                 const policy::Policies& policies,
                                                 const Clock& clock) {
  ASSIGN_OR_RETURN(const auto table,
                   policies.OfRevision<policy::v1::DeadlineTable>(tx, clock.rule.policy_revision));
  for (const policy::v1::DeadlineRule& rule : table.policy().rules()) {
    if (rule.key() == clock.key)
      return std::set<std::string>(rule.excluded().begin(), rule.excluded().end());
  }
  return std::set<std::string>();
}

ProcedureLimits LimitsOf(const policy::v1::CaseRule& rule, Procedure procedure,
                         bool natural_person) {
  ProcedureLimits limits;
  const auto* row = FindProcedure(rule, procedure);
  if (row == nullptr) return limits;
  limits.kinds = ToKinds(row->penalty_kinds());
  limits.fine_fen_max = natural_person ? row->fine_fen_max_person() : row->fine_fen_max_entity();
  limits.basis = policy::ToBasis(row->legal_basis());
  return limits;
}

std::vector<DecisionLevel> ToLevels(const policy::v1::CaseRule& rule) {
  std::vector<DecisionLevel> levels;
  for (const auto& row : rule.decision_levels()) {
    levels.push_back({row.fine_fen_min(), static_cast<int>(row.level_min()),
                      policy::ToBasis(row.legal_basis())});
  }
  return levels;
}

std::vector<FindingRule> ToFindingRules(const policy::v1::CaseRule& rule) {
  std::vector<FindingRule> rules;
  for (const auto& row : rule.findings()) {
    rules.push_back({row.key(), row.title_zh(), static_cast<FindingTest>(row.test()),
                     row.threshold(), row.window_months(), ToKinds(row.excluded_kinds()),
                     row.statute(), row.consequence_zh(), policy::ToBasis(row.legal_basis())});
  }
  return rules;
}

std::vector<PacketPart> ToPacketParts(const policy::v1::CaseRule& rule) {
  std::vector<PacketPart> parts;
  for (const auto& row : rule.transfer_packet()) {
    parts.push_back({row.key(), row.title_zh(), policy::ToBasis(row.legal_basis())});
  }
  return parts;
}

std::vector<ReviewItem> ToReviewItems(const policy::v1::CaseRule& rule) {
  std::vector<ReviewItem> items;
  for (const auto& row : rule.review_items()) {
    items.push_back({row.key(), row.title_zh(), row.points_max()});
  }
  return items;
}

std::string TimeBarClock(const policy::v1::CaseRule& rule, bool harm) {
  for (const auto& row : rule.time_bars()) {
    if (harm || !row.harm()) return row.clock();
  }
  return "";
}

absl::StatusOr<std::optional<Rung>> RungOf(store::ReadTx& tx, const policy::Policies& policies,
                                           Date on, ChosenRung* chosen) {
  const auto table = policies.InForce<policy::v1::DiscretionTable>(tx, chosen->table, on);
  // An id that is another kind of policy is no table either.
  if (!table.ok()) {
    if (HasNoRule(table.status())) return std::nullopt;
    return table.status();
  }
  chosen->revision = table->revision;
  for (const auto& violation : table->policy().violations()) {
    if (violation.key() != chosen->violation) continue;
    for (const auto& rung : violation.rungs()) {
      if (rung.level() == chosen->level) return ToRung(rung);
    }
  }
  return std::nullopt;
}

absl::StatusOr<Date> LastPublicDay(store::ReadTx& tx, const policy::Policies& policies,
                                   const Case& c, const Step& step) {
  const absl::Time decided = c.Last(Act::kPenaltyDecided)->time;
  ASSIGN_OR_RETURN(const auto policy, policies.InForce<policy::v1::PublicityRule>(
                                          tx, kPublicityRule, ToDate(decided)));
  const std::vector<PublicityClass> classes = ToPublicityClasses(policy.policy());
  const PublicityClass* publicity = ClassOf(classes, *c.penalty());
  RETURN_IF_ERROR(CheckPublicity(publicity, step));
  ASSIGN_OR_RETURN(const auto rule, policies.RuleInForce(tx, publicity->clock, ToDate(step.now)));
  ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
  const absl::Time start = publicity->from_decision ? decided : step.now;
  const Date until = PublicUntil(*calendar, start, rule.budget, BanEnd(c));
  if (until >= ToDate(step.now)) return until;
  return errors::Refuse(errors::Reason::kEntryNotInForce, {}, publicity->basis);
}

}  // namespace shian::sanction::convert
