#include "services/sanction/listing/steps.h"

#include "libs/base/status_macros.h"
#include "services/sanction/listing/dispute.h"
#include "services/sanction/listing/limits.h"
#include "services/sanction/listing/terms.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// What is opened always has room to be answered.
absl::Status CheckRoom(const Entry& entry, const errors::Basis& basis) {
  return entry.events.size() >= limits::kEntryEventsMax ? Refuse(Reason::kCaseFull, {}, basis)
                                                        : absl::OkStatus();
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
  return CheckConditions(rule.repair_conditions, claim, record, {}, rule.repair_basis);
}

absl::Status CheckDispute(const Entry& entry, absl::Time now, const errors::Basis& basis) {
  if (StateAt(entry, now) != EntryState::kInForce) {
    return Refuse(Reason::kEntryNotInForce, {}, basis);
  }
  return OpenDispute(entry) != nullptr
             ? Refuse(Reason::kStepAlreadyDone, {{"step", "异议登记"}}, basis)
             : CheckRoom(entry, basis);
}

absl::Status CheckDisputeDecision(const Entry& entry, const errors::Basis& basis) {
  if (OpenDispute(entry) != nullptr) return absl::OkStatus();
  return Refuse(Reason::kStepOutOfOrder, {{"step", "异议处理"}, {"missing", "异议登记"}}, basis);
}

absl::Status CheckRepairRequest(const Entry& entry, const ListingRule& rule, Date repairable,
                                const RepairClaim& claim, const RepairRecord& record,
                                absl::Time now) {
  if (StateAt(entry, now) != EntryState::kInForce) {
    return Refuse(Reason::kEntryNotInForce, {}, rule.repair_basis);
  }
  if (PendingRepair(entry) != nullptr) return Refuse(Reason::kRepairPending, {}, rule.repair_basis);
  RETURN_IF_ERROR(CheckRoom(entry, rule.repair_basis));
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
