// Filing, and what every act needs beyond what its request said.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/policy/convert.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/ending.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/hearing.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/case/service.h"
#include "services/sanction/case/store.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;

// A number that another matter of the authority has.
absl::Status Taken(const absl::Status& status, Reason reason) {
  return absl::IsAlreadyExists(status) ? Refuse(reason) : status;
}

}  // namespace

// ---- Filing
// -----------------------------------------------------------------------------------------

// The violation had to be found in time; when it was, the earliest lead says.
absl::Status CaseService::BarTime(store::ReadTx& tx, const Case& c, Filing* filing) const {
  if (!filing->violation_end) return absl::OkStatus();
  const absl::Time now = c.events.front().time;
  Date found = ToDate(now);
  if (*filing->violation_end > found) {
    return errors::InvalidField("filing.violation_end_date",
                                {"must not be in the future", "不能晚于当前日期"});
  }
  ASSIGN_OR_RETURN(const auto rule, convert::RuleOf(tx, edge_.policies(), c, now));
  const std::string key = convert::TimeBarClock(rule.policy(), filing->harm);
  if (key.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StartedClock started,
                   convert::StartClock(tx, edge_.policies(), key, found));
  filing->time_bar_clock = started.key;
  filing->time_bar_revision = started.revision;
  for (const LeadId& id : c.leads) {
    ASSIGN_OR_RETURN(const auto lead, FindLead(tx, c.op, id));
    if (lead) found = std::min(found, ToDate(lead->found));
  }
  ASSIGN_OR_RETURN(const Clock clock, convert::ResolveClock(tx, edge_.policies(), started,
                                                            StartOfDay(*filing->violation_end)));
  return CheckTimeBar(clock.rule, clock.due, found);
}

absl::StatusOr<Case> CaseService::File(store::WriteTx& tx, const rpc::Call& call, Case c,
                                       const Party& stated) const {
  c.id = CaseId(tx.NewId());
  c.events.front().time = tx.now();
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kFiled, tx.now()));
  RETURN_IF_ERROR(BarTime(tx, c, &*c.events.front().detail.filing));
  Event filed = std::move(c.events.front());
  c.events.clear();
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  ASSIGN_OR_RETURN(const auto party, FindParty(tx, c.op));
  if (!party) {
    if (stated.name.empty()) return Refuse(Reason::kPartyUnknown, {{"operator", c.op.value()}});
    RETURN_IF_ERROR(PutParty(tx, stated).status());
  }
  for (const LeadId& id : c.leads) {
    ASSIGN_OR_RETURN(const auto lead, FindLead(tx, c.op, id));
    const std::string name = "operators/" + c.op.value() + "/leads/" + id.value();
    if (!lead) return errors::NotFound(name);
    if (lead->declined()) {
      return Refuse(Reason::kStepAlreadyDone, {{"step", "不予立案"}}, permit.step.basis);
    }
    if (!lead->open()) {
      return Refuse(Reason::kLeadAlreadyFiled, {{"lead", name}}, permit.step.basis);
    }
    RETURN_IF_ERROR(TakeUp(tx, *lead, c.id));
  }
  RETURN_IF_ERROR(
      Taken(acts_.Record(tx, call, permit, std::move(filed), &c), Reason::kCaseNumberTaken));
  RETURN_IF_ERROR(Tell(tx, c, Act::kFiled));
  return c;
}

CaseService::Reactor* CaseService::FileCase(Context* context, const v1::FileCaseRequest* in,
                                            v1::FileCaseResponse* out) {
  using Out = v1::FileCaseResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Case c;
        Party stated;
        convert::ToFiling(request, &reader, &c, &stated);
        RETURN_IF_ERROR(reader.ToStatus());
        RETURN_IF_ERROR(call.RequireRegion(c.region));
        ASSIGN_OR_RETURN(const std::vector<Document> not_uploaded,
                         acts_.NotUploaded(c.events.front().documents));
        c.organisation = call.officer().organisation;
        return rpc::Body<Out>(
            [this, &call, c, stated, not_uploaded](store::WriteTx& tx) -> absl::StatusOr<Out> {
              RETURN_IF_ERROR(acts_.CheckIssued(tx, c, not_uploaded));
              ASSIGN_OR_RETURN(const Case filed, File(tx, call, c, stated));
              Out reply;
              ASSIGN_OR_RETURN(*reply.mutable_case_(), acts_.Show(tx, call, filed, call.now()));
              return reply;
            });
      });
}

// ---- Acts
// -------------------------------------------------------------------------------------------

absl::StatusOr<Date> CaseService::LastPublicDay(store::ReadTx& tx, const Case& c,
                                                const Permit& permit) const {
  return convert::LastPublicDay(tx, edge_.policies(), c, permit.step);
}

// Served and not set aside: what did not bind the party counts for nothing.
absl::StatusOr<std::vector<Finding>> CaseService::Findings(store::ReadTx& tx, const Case& c,
                                                           const policy::v1::CaseRule& rule,
                                                           absl::Time now) const {
  ASSIGN_OR_RETURN(const auto cases, PunishedCases(tx, c.op, c.id, limits::kEarlierPenaltiesMax));
  std::vector<EarlierPenalty> earlier;
  for (const Case& other : cases) {
    if (!other.Has(Act::kDecisionServed) || other.Has(Act::kAnnulled)) continue;
    const Event* facts = other.Last(Act::kFactsStated);
    earlier.push_back({other.name(), other.Last(Act::kPenaltyDecided)->time, other.penalty()->kinds,
                       other.penalty()->bases,
                       facts == nullptr ? "" : facts->detail.facts->violation});
  }
  Moments moments = {now};
  for (const LeadId& id : c.leads) {
    ASSIGN_OR_RETURN(const auto lead, FindLead(tx, c.op, id));
    if (lead) moments.found = std::min(moments.found, lead->found);
  }
  return FindingsOf(c, convert::ToFindingRules(rule), earlier, moments);
}

absl::Status CaseService::CheckRung(store::ReadTx& tx, const Case& c,
                                    const policy::v1::CaseRule& rule, const Permit& permit,
                                    Penalty* penalty) const {
  if (!penalty->discretion) {
    const bool missing = rule.discretion_required() && penalty->fine_fen > 0;
    return missing
               ? Refuse(Reason::kDiscretionMissing, {}, policy::ToBasis(rule.discretion_basis()))
               : absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto rung, convert::RungOf(tx, edge_.policies(), ToDate(permit.step.now),
                                                    &*penalty->discretion));
  return CheckDiscretion(c, *penalty, rung, permit.step);
}

absl::Status CaseService::PreparePenalty(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                                         const Permit& permit, Penalty* penalty) const {
  RETURN_IF_ERROR(CheckPenalty(c, *penalty, permit.step));
  ASSIGN_OR_RETURN(const auto rule, convert::RuleOf(tx, edge_.policies(), c, tx.now()));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, c.op));
  RETURN_IF_ERROR(CheckProcedure(
      convert::LimitsOf(rule.policy(), c.procedure(), party.natural_person), *penalty));
  RETURN_IF_ERROR(CheckLevel(convert::ToLevels(rule.policy()), *penalty, call.officer().region));
  RETURN_IF_ERROR(CheckRung(tx, c, rule.policy(), permit, penalty));
  ASSIGN_OR_RETURN(const auto findings, Findings(tx, c, rule.policy(), tx.now()));
  RETURN_IF_ERROR(CheckAnswered(findings));
  if (penalty->decision_number.empty()) {
    ASSIGN_OR_RETURN(penalty->decision_number, number_(tx, c.organisation));
  }
  ASSIGN_OR_RETURN(const auto list, edge_.policies().InForce<policy::v1::ListRule>(
                                        tx, convert::kSeriousList, ToDate(tx.now())));
  penalty->heavier = IsHeavier(*penalty, convert::ToHeavierRule(list.policy(), list.revision));
  penalty->heavier_revision = list.revision;
  return absl::OkStatus();
}

namespace {

// Evidence without a time was gathered now.
absl::Status SetGathered(absl::Time now, Evidence* evidence) {
  if (evidence->gathered == absl::InfiniteFuture()) evidence->gathered = now;
  if (evidence->gathered <= now) return absl::OkStatus();
  return errors::InvalidField("evidence.gather_time",
                              {"must not be in the future", "不能晚于当前时间"});
}

}  // namespace

absl::Status CaseService::PrepareDetail(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                                        const Permit& permit, Event* event) const {
  Detail& detail = event->detail;
  const std::string& person = call.officer().person;
  ASSIGN_OR_RETURN(const auto revision, convert::RuleOf(tx, edge_.policies(), c, tx.now()));
  const policy::v1::CaseRule& rule = revision.policy();
  const auto check_officers = [&](const std::vector<CaseOfficer>& officers) {
    return CheckOfficers(officers, person, rule.officers_min(),
                         policy::ToBasis(rule.officers_basis()));
  };
  if (detail.period) return PreparePeriod(tx, c, permit, *detail.period);
  if (detail.hearing) return PrepareHearing(tx, call, c, permit, *event);
  if (detail.custody) return CheckCustody(c, *detail.custody, permit.step);
  if (detail.evidence) {
    RETURN_IF_ERROR(SetGathered(tx.now(), &*detail.evidence));
    return check_officers(detail.evidence->officers);
  }
  if (detail.answer) {
    ASSIGN_OR_RETURN(const auto findings, Findings(tx, c, rule, tx.now()));
    return CheckAnswer(findings, detail.answer->key, permit.step);
  }
  if (permit.step.act == Act::kTransferReported) return check_officers(detail.transfer->officers);
  if (permit.step.act == Act::kTransferred) {
    return CheckPacket(c, *event, convert::ToPacketParts(rule), permit.step);
  }
  if (permit.step.act == Act::kSupervisionOpened) {
    return CheckSupervisionDue(*detail.supervision, tx.now());
  }
  if (detail.outcome) return CheckClosing(c, *detail.outcome, permit.step);
  if (detail.review) return ScoreFile(convert::ToReviewItems(rule), &*detail.review);
  return absl::OkStatus();
}

// What the act needs beyond what the request said; the last word of the domain.
absl::Status CaseService::Prepare(store::WriteTx& tx, const rpc::Call& call, const Case& c,
                                  const Permit& permit, ActOrder* order) const {
  Event& event = order->event;
  event.time = order->served.value_or(tx.now());
  if (order->served) RETURN_IF_ERROR(CheckServeTime(c, *order->served, tx.now()));
  if (order->act == Act::kPenaltyDecided) {
    return PreparePenalty(tx, call, c, permit, &*event.penalty);
  }
  if (order->act == Act::kPenaltyPublished) {
    ASSIGN_OR_RETURN(event.until, LastPublicDay(tx, c, permit));
  }
  if (order->act == Act::kNoticeServed) return CheckRenotice(c, *event.notice, permit.step);
  if (order->act == Act::kHearingHeld) return PrepareHearing(tx, call, c, permit, event);
  return order->act < Act::kEvidenceGathered ? absl::OkStatus()
                                             : PrepareDetail(tx, call, c, permit, &event);
}

absl::StatusOr<Case> CaseService::Take(store::WriteTx& tx, const rpc::Call& call,
                                       ActOrder order) const {
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, order.name, order.etag));
  RETURN_IF_ERROR(acts_.CheckIssued(tx, c, order.not_uploaded));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, order.act, tx.now()));
  RETURN_IF_ERROR(CheckAct(c, permit.step));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  RETURN_IF_ERROR(Prepare(tx, call, c, permit, &order));
  RETURN_IF_ERROR(Taken(acts_.Record(tx, call, permit, std::move(order.event), &c),
                        Reason::kDecisionNumberTaken));
  RETURN_IF_ERROR(Tell(tx, c, order.act));
  return c;
}

// Tells other services and the public what the act made true.
absl::Status CaseService::Tell(store::WriteTx& tx, const Case& c, Act act) const {
  const convert::About about = {c.op, c.region, c.events.back().time};
  const auto fact = [&](const char* type, const google::protobuf::MessageLite& message) {
    return ledger::Append(
        tx, convert::ChangeOf(about, ledger::Log::kFacts, type, message.SerializeAsString()));
  };
  ASSIGN_OR_RETURN(const auto evidence, acts_.EvidenceOf(tx, c));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, c.op));
  switch (act) {
    case Act::kFiled:
      return fact("shian.sanction.case.filed", convert::ToFiled(c, evidence));
    case Act::kDecisionServed:
      RETURN_IF_ERROR(fact("shian.sanction.penalty.decided", convert::ToDecided(c, evidence)));
      return follow_(tx, c);
    case Act::kPenaltyPublished:
      return ledger::Append(tx, convert::ChangeOf(about, ledger::Log::kPublic,
                                                  "shian.public.sanction.penalty.published",
                                                  convert::ToCard(c, party).SerializeAsString()));
    case Act::kAnnulled:
      RETURN_IF_ERROR(fact("shian.sanction.penalty.annulled", convert::ToAnnulled(c, about.time)));
      return follow_(tx, c);
    default:
      return absl::OkStatus();
  }
}

}  // namespace shian::sanction
