#include "services/sanction/listing/steps.h"

#include <map>

#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// Conditions that the rule names and this service can judge. One that it cannot judge is left to
// the officer who decides the request.
std::map<std::string, bool> Judged(const RepairClaim& claim, const RepairRecord& record) {
  return {{"duty_performed", claim.duty_performed},
          {"harm_removed", claim.harm_removed},
          {"promise_made", claim.promise_made},
          {"no_new_penalty", !record.new_heavier_penalty},
          {"bans_expired", !record.ban_running}};
}

}  // namespace

absl::Status CheckListingDecision(const Case& c, const ListingRule& rule, const Step& step) {
  RETURN_IF_ERROR(CheckAct(c, step));
  if (!c.penalty()->heavier) {
    return Refuse(Reason::kListingWithoutHeavierPenalty, {}, rule.basis);
  }
  if (!c.notice()->listing_announced) return Refuse(Reason::kListingNotAnnounced, {}, step.basis);
  return absl::OkStatus();
}

absl::Status CheckRepairConditions(const ListingRule& rule, const RepairClaim& claim,
                                   const RepairRecord& record) {
  const std::map<std::string, bool> judged = Judged(claim, record);
  std::vector<std::string> unmet;
  errors::Basis basis = rule.repair_basis;
  for (const Condition& condition : rule.repair_conditions) {
    const auto found = judged.find(condition.key);
    if (found == judged.end() || found->second) continue;
    if (unmet.empty() && !condition.basis.statute.empty()) basis = condition.basis;
    unmet.push_back(condition.title);
  }
  if (unmet.empty()) return absl::OkStatus();
  return Refuse(Reason::kRepairConditionsUnmet, {{"conditions", absl::StrJoin(unmet, "、")}},
                basis);
}

absl::Status CheckRepairRequest(const Entry& entry, const ListingRule& rule, Date repairable,
                                const RepairClaim& claim, const RepairRecord& record,
                                absl::Time now) {
  if (StateAt(entry, now) != EntryState::kInForce) {
    return Refuse(Reason::kEntryNotInForce, {}, rule.repair_basis);
  }
  if (PendingRepair(entry) != nullptr) return Refuse(Reason::kRepairPending, {}, rule.repair_basis);
  if (ToDate(now) < repairable) {
    return Refuse(Reason::kRepairTooEarly, {{"date", FormatDate(repairable)}}, rule.repair_basis);
  }
  return CheckRepairConditions(rule, claim, record);
}

absl::Status CheckRepairDecision(const Entry& entry, absl::Time now, const errors::Basis& basis) {
  if (StateAt(entry, now) != EntryState::kInForce) {
    return Refuse(Reason::kEntryNotInForce, {}, basis);
  }
  return PendingRepair(entry) == nullptr ? Refuse(Reason::kRepairNotPending, {}, basis)
                                         : absl::OkStatus();
}

absl::Status CheckRepairable(const ListingRule& rule) {
  if (!rule.repair_chain.empty()) return absl::OkStatus();
  return Refuse(Reason::kRepairConditionsUnmet, {{"conditions", "该名单不适用信用修复"}},
                rule.basis);
}

absl::Status CheckRepairAcceptance(const Entry& entry, absl::Time now, const errors::Basis& basis) {
  RETURN_IF_ERROR(CheckRepairDecision(entry, now, basis));
  const EntryEvent* accepted = entry.Last(EntryAct::kRepairAccepted);
  return accepted != nullptr && accepted->sequence > PendingRepair(entry)->sequence
             ? Refuse(Reason::kStepAlreadyDone, {{"step", "受理"}}, basis)
             : absl::OkStatus();
}

absl::Status CheckNominatedPublication(const Entry& entry, absl::Time now) {
  if (entry.edition) {
    return Refuse(Reason::kStepOutOfOrder, {{"step", "单独公示"}, {"missing", "期次公示"}},
                  entry.basis);
  }
  const std::optional<EntryState> state = StateAt(entry, now);
  // One that would be over already is published no more.
  if (state == EntryState::kDecided && ToDate(now) <= entry.until) return absl::OkStatus();
  return Refuse(
      state == EntryState::kInForce ? Reason::kListingAlreadyPublished : Reason::kEntryNotInForce,
      {}, entry.basis);
}

absl::Status CheckNominatedEnd(const Entry& entry, EntryAct act, absl::Time now) {
  if (entry.nomination.empty()) {
    return errors::InvalidField("name", {"is an entry that rests on a penalty",
                                         "该条目以行政处罚为依据，应随处罚决定撤销或者依申请移出"});
  }
  if (entry.Last(EntryAct::kAnnulled) != nullptr) {
    return Refuse(Reason::kCaseAnnulled, {}, entry.basis);
  }
  if (act == EntryAct::kAnnulled || StateAt(entry, now) == EntryState::kInForce) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kEntryNotInForce, {}, entry.basis);
}

Date RepairableOn(const Entry& entry, const ListingRule& rule, const calendar::Calendar& calendar) {
  const EntryEvent* decided = entry.Last(EntryAct::kDecided);
  return calendar::DueOf(calendar, decided->time, rule.repair_after, {}).date;
}

}  // namespace shian::sanction
