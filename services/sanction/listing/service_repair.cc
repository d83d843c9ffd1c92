// Repair of entries (信用修复、提前移出).
#include <algorithm>
#include <utility>

#include "libs/auth/approval.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/convert_terms.h"
#include "services/sanction/listing/papers.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/service_change.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/store_claim.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using policy::v1::ApprovalChain;

// What the bureau's own records say against early removal.
absl::StatusOr<RepairRecord> RecordOf(store::ReadTx& tx, const Entry& entry, absl::Time now) {
  RepairRecord record;
  ASSIGN_OR_RETURN(const std::vector<Case> others,
                   PunishedCases(tx, entry.op, entry.case_id, limits::kEarlierPenaltiesMax));
  for (const Case& c : others) {
    const Event* served = c.Last(Act::kDecisionServed);
    if (served == nullptr || c.Has(Act::kAnnulled)) continue;
    record.new_heavier_penalty |= c.penalty()->heavier && served->time > entry.events.front().time;
  }
  ASSIGN_OR_RETURN(const std::optional<Case> own, FindCase(tx, entry.op, entry.case_id));
  if (own && own->penalty() != nullptr) {
    const std::optional<Date> ban_end = BanEnd(*own);
    record.ban_running = ban_end && *ban_end >= ToDate(now);
  }
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, entry.op));
  record.on_serious_list = std::any_of(entries.begin(), entries.end(), [&](const Entry& one) {
    return one.id != entry.id && one.joint_effect && StateAt(one, now) == EntryState::kInForce;
  });
  return record;
}

// What every repair of the day and the place asks, and what the court's ruling stands for.
void AddTerms(const RepairTerms& terms, const Reorganisation& path, ListingRule* rule) {
  std::vector<Condition>& conditions = rule->repair_conditions;
  conditions.insert(conditions.end(), terms.conditions.begin(), terms.conditions.end());
  std::erase_if(conditions, [&](const Condition& one) { return path.waived.contains(one.key); });
}

// The terms are those of the request: what was asked then is asked again, on the record of today.
Date DayOfTerms(const EntryEvent* asked, absl::Time now) {
  return ToDate(asked == nullptr ? now : asked->time);
}

absl::Status CheckGrant(store::ReadTx& tx, const policy::Policies& policies, const Entry& entry,
                        ListingRule rule, absl::Time now) {
  const EntryEvent& asked = *PendingRepair(entry);
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, policies, entry.region, ToDate(asked.time)));
  // The request stood only with its claims made; the record may have changed since.
  ASSIGN_OR_RETURN(const bool reorganisation, ClaimsReorganisation(tx, entry, asked));
  const RepairClaim claim = {true, true, true, reorganisation, true};
  ASSIGN_OR_RETURN(const Reorganisation path, WaivedBy(terms, claim));
  AddTerms(terms, path, &rule);
  ASSIGN_OR_RETURN(const RepairRecord record, RecordOf(tx, entry, now));
  return CheckRepairConditions(rule, claim, record);
}

}  // namespace

absl::StatusOr<Entry> ListingService::AskRepair(store::WriteTx& tx, const rpc::Call& call,
                                                const EntryOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  ASSIGN_OR_RETURN(ListingRule rule,
                   convert::RuleNowOf(tx, edge_.policies(), entry, ToDate(tx.now())));
  RETURN_IF_ERROR(CheckRepairable(rule));
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, edge_.policies(), entry.region, ToDate(tx.now())));
  ASSIGN_OR_RETURN(const Reorganisation path, WaivedBy(terms, order.claim));
  AddTerms(terms, path, &rule);
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  ASSIGN_OR_RETURN(const RepairRecord record, RecordOf(tx, entry, tx.now()));
  const Date repairable =
      path.waives_period ? ToDate(tx.now()) : RepairableOn(entry, rule, *calendar);
  RETURN_IF_ERROR(CheckRepairRequest(entry, rule, repairable, order.claim, record, tx.now()));
  ASSIGN_OR_RETURN(const auto chain, edge_.policies().InForce<ApprovalChain>(tx, rule.repair_chain,
                                                                             ToDate(tx.now())));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "request", call.officer(), {}, entry.region));
  EntryEvent asked;
  asked.act = EntryAct::kRepairRequested;
  asked.text = order.text;
  asked.documents = order.documents;
  asked.chain_revision = chain.revision;
  for (const std::string& key : {rule.accept_clock, rule.decide_clock}) {
    ASSIGN_OR_RETURN(StartedClock started,
                     convert::StartClock(tx, edge_.policies(), key, ToDate(tx.now())));
    asked.clocks.push_back(std::move(started));
  }
  RETURN_IF_ERROR(Append(tx, call, std::move(asked), &entry));
  RETURN_IF_ERROR(PutRepairClaim(tx, entry, order.claim.reorganisation));
  return entry;
}

absl::StatusOr<Entry> ListingService::AnswerRepair(store::WriteTx& tx, const rpc::Call& call,
                                                   const EntryOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  const Date day = DayOfTerms(PendingRepair(entry), tx.now());
  ASSIGN_OR_RETURN(const ListingRule rule, convert::RuleNowOf(tx, edge_.policies(), entry, day));
  RETURN_IF_ERROR(CheckRepairable(rule));
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(tx, rule.repair_chain, day));
  RETURN_IF_ERROR(
      CheckRepairDecision(entry, tx.now(), convert::BasisOf(chain.policy(), "decision")));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "decision", call.officer(),
                                  convert::RepairSteps(entry), entry.region));
  if (order.granted) {
    RETURN_IF_ERROR(CheckGrant(tx, edge_.policies(), entry, rule, tx.now()));
  }
  EntryEvent answered;
  answered.act = order.granted ? EntryAct::kRepairGranted : EntryAct::kRepairRefused;
  answered.text = order.text;
  answered.documents = order.documents;
  answered.chain_revision = chain.revision;
  if (order.granted) {
    ASSIGN_OR_RETURN(StartedClock stop,
                     convert::StartClock(tx, edge_.policies(), rule.stop_clock, ToDate(tx.now())));
    answered.clocks.push_back(std::move(stop));
  }
  RETURN_IF_ERROR(Append(tx, call, std::move(answered), &entry));
  if (!order.granted) return entry;
  RETURN_IF_ERROR(TellEnded(tx, entry, EntryState::kRepaired, tx.now()));
  RETURN_IF_ERROR(ended_(tx, entry));
  return entry;
}

absl::StatusOr<Entry> ListingService::TakeInRepair(store::WriteTx& tx, const rpc::Call& call,
                                                   const EntryOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  const Date day = DayOfTerms(PendingRepair(entry), tx.now());
  ASSIGN_OR_RETURN(const ListingRule rule, convert::RuleNowOf(tx, edge_.policies(), entry, day));
  RETURN_IF_ERROR(CheckRepairable(rule));
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(tx, rule.repair_chain, day));
  RETURN_IF_ERROR(
      CheckRepairAcceptance(entry, tx.now(), convert::BasisOf(chain.policy(), "acceptance")));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "acceptance", call.officer(),
                                  convert::RepairSteps(entry), entry.region));
  EntryEvent accepted;
  accepted.act = EntryAct::kRepairAccepted;
  accepted.text = order.text;
  accepted.documents = order.documents;
  accepted.chain_revision = chain.revision;
  RETURN_IF_ERROR(Append(tx, call, std::move(accepted), &entry));
  return entry;
}

ListingService::Reactor* ListingService::RequestRepair(Context* context,
                                                       const v1::RequestRepairRequest* in,
                                                       v1::RequestRepairResponse* out) {
  const auto read = [](const v1::RequestRepairRequest& request, Reader* reader) {
    EntryOrder order = ToEntryOrder(request, reader);
    order.claim = {request.duty_performed(), request.harm_removed(), request.promise_made(),
                   request.reorganisation(), false};
    order.claim.documented = IsDocumented(order.claim, order.documents);
    return order;
  };
  return Change(context, in, out, read, &ListingService::AskRepair);
}

ListingService::Reactor* ListingService::AcceptRepair(Context* context,
                                                      const v1::AcceptRepairRequest* in,
                                                      v1::AcceptRepairResponse* out) {
  return Change(context, in, out, ToEntryOrder<v1::AcceptRepairRequest>,
                &ListingService::TakeInRepair);
}

ListingService::Reactor* ListingService::DecideRepair(Context* context,
                                                      const v1::DecideRepairRequest* in,
                                                      v1::DecideRepairResponse* out) {
  const auto read = [](const v1::DecideRepairRequest& request, Reader* reader) {
    EntryOrder order = ToEntryOrder(request, reader);
    order.granted = request.granted();
    return order;
  };
  return Change(context, in, out, read, &ListingService::AnswerRepair);
}

}  // namespace shian::sanction
