#include "services/sanction/publicity/publicity.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/codes/codes.h"
#include "libs/codes/regions.h"
#include "services/sanction/publicity/limits.h"
#include "services/sanction/publicity/standing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr size_t kProvinceAt =
    2;  // in a unified social credit code, behind its first two characters
constexpr size_t kProvinceDigits = 2;

absl::Status Missing(const char* step, const char* missing, const errors::Basis& basis) {
  return Refuse(Reason::kStepOutOfOrder, {{"step", step}, {"missing", missing}}, basis);
}

absl::Status Done(const char* step, const errors::Basis& basis) {
  return Refuse(Reason::kStepAlreadyDone, {{"step", step}}, basis);
}

absl::Status CheckPending(const Publicity& publicity, absl::Time now, const errors::Basis& basis) {
  if (StateAt(publicity, now) != PublicityState::kPublic) {
    return Refuse(Reason::kEntryNotInForce, {}, basis);
  }
  return publicity.pending_repair() == nullptr ? Refuse(Reason::kRepairNotPending, {}, basis)
                                               : absl::OkStatus();
}

absl::Status CheckAcceptance(const Publicity& publicity, absl::Time now,
                             const errors::Basis& basis) {
  RETURN_IF_ERROR(CheckPending(publicity, now, basis));
  const bool accepted =
      publicity.Stands(PublicityAct::kRepairAccepted, {PublicityAct::kRepairRequested});
  return accepted ? Done("受理", basis) : absl::OkStatus();
}

// What is opened always has room to be answered.
absl::Status CheckRoom(const Publicity& publicity, const errors::Basis& basis) {
  return publicity.events.size() >= limits::kPublicityEventsMax
             ? Refuse(Reason::kCaseFull, {}, basis)
             : absl::OkStatus();
}

absl::Status CheckDispute(const Publicity& publicity, absl::Time now, const errors::Basis& basis) {
  if (StateAt(publicity, now) != PublicityState::kPublic) {
    return Refuse(Reason::kEntryNotInForce, {}, basis);
  }
  return HasOpenDispute(publicity) ? Done("异议登记", basis) : CheckRoom(publicity, basis);
}

// A duty that `due` began and `done` ends.
absl::Status CheckDuty(const Publicity& publicity, PublicityAct due, PublicityAct done,
                       const char* step, const char* missing, const errors::Basis& basis) {
  if (publicity.Stands(due, {done})) return absl::OkStatus();
  return publicity.Last(done) == nullptr ? Missing(step, missing, basis) : Done(step, basis);
}

// What is forgotten here is spread no further.
absl::Status CheckSpread(const Publicity& publicity, absl::Time now, const errors::Basis& basis) {
  const PublicityState state = StateAt(publicity, now);
  if (state == PublicityState::kAnnulled) return Refuse(Reason::kCaseAnnulled, {}, basis);
  return IsOver(state) ? Refuse(Reason::kEntryNotInForce, {}, basis) : absl::OkStatus();
}

}  // namespace

std::string Publicity::name() const {
  return absl::StrCat("operators/", c.op.value(), "/publicities/", c.id.value());
}

std::string Publicity::etag() const { return absl::StrCat(c.etag(), ".", events.size()); }

const PublicityEvent* Publicity::Last(PublicityAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const PublicityEvent& one) { return one.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

bool Publicity::Stands(PublicityAct act, const std::vector<PublicityAct>& ends) const {
  const PublicityEvent* last = Last(act);
  if (last == nullptr) return false;
  return std::none_of(ends.begin(), ends.end(), [&](PublicityAct end) {
    const PublicityEvent* ended = Last(end);
    return ended != nullptr && ended->sequence > last->sequence;
  });
}

bool HasOpenDispute(const Publicity& publicity) {
  return publicity.Stands(PublicityAct::kDisputed,
                          {PublicityAct::kDisputeUpheld, PublicityAct::kDisputeDismissed});
}

bool Publicity::disputed() const {
  const bool wrong = Last(PublicityAct::kDisputeUpheld) != nullptr && !c.Has(Act::kAnnulled);
  return wrong || HasOpenDispute(*this);
}

const PublicityEvent* Publicity::pending_repair() const {
  const bool pending = Stands(PublicityAct::kRepairRequested,
                              {PublicityAct::kRepairGranted, PublicityAct::kRepairRefused});
  return pending ? Last(PublicityAct::kRepairRequested) : nullptr;
}

bool IsOver(PublicityState state) {
  return state == PublicityState::kRepaired || state == PublicityState::kExpired ||
         state == PublicityState::kAnnulled;
}

PublicityState StateAt(const Publicity& publicity, absl::Time as_of) {
  const Event* published = publicity.c.Last(Act::kPenaltyPublished);
  if (publicity.c.Has(Act::kAnnulled)) return PublicityState::kAnnulled;
  if (published == nullptr || published->time > as_of) return PublicityState::kNotPublic;
  const PublicityEvent* granted = publicity.Last(PublicityAct::kRepairGranted);
  if (granted != nullptr && granted->time <= as_of) return PublicityState::kRepaired;
  return as_of > EndOfDay(*published->until) ? PublicityState::kExpired : PublicityState::kPublic;
}

absl::Time EndOf(const Publicity& publicity) {
  absl::Time end = absl::InfiniteFuture();
  if (const Event* annulled = publicity.c.Last(Act::kAnnulled)) end = annulled->time;
  const Event* published = publicity.c.Last(Act::kPenaltyPublished);
  if (published == nullptr) return end;
  const PublicityEvent* granted = publicity.Last(PublicityAct::kRepairGranted);
  if (granted != nullptr) end = std::min(end, granted->time);
  return std::min(end, EndOfDay(*published->until));
}

// An annulment counts for every day as soon as it is known (自始无效).
std::optional<Publicity> AsOf(Publicity publicity, absl::Time as_of, absl::Time known_at) {
  const Event* annulled = publicity.c.Last(Act::kAnnulled);
  const std::optional<Event> known = annulled != nullptr && annulled->recorded <= known_at
                                         ? std::optional(*annulled)
                                         : std::nullopt;
  std::optional<Case> then = AsOf(std::move(publicity.c), as_of, known_at);
  if (!then || !then->Has(Act::kDecisionServed)) return std::nullopt;
  if (known && !then->Has(Act::kAnnulled)) then->events.push_back(*known);
  publicity.c = *std::move(then);
  std::erase_if(publicity.events, [&](const PublicityEvent& event) {
    return event.time > as_of || event.recorded > known_at;
  });
  return publicity;
}

bool VisibleTo(const Publicity& publicity, const Viewer& viewer, absl::Time now) {
  if (!publicity.c.Has(Act::kDecisionServed)) return false;
  const PublicityState state = StateAt(publicity, now);
  if (state == PublicityState::kPublic || viewer.sees_ended) return true;
  return !IsOver(state) && viewer.purpose == Purpose::kSupervision;
}

std::string BarOf(const RepairClass& one, const Penalty& penalty) {
  const bool barred = std::any_of(penalty.kinds.begin(), penalty.kinds.end(),
                                  [&](PenaltyKind kind) { return one.barred.contains(kind); });
  return barred ? "该种类行政处罚信息不得提前停止公示" : "";
}

std::optional<Date> RepairableOn(const Publicity& publicity, const RepairClass& one,
                                 const calendar::Calendar& calendar) {
  const Event* published = publicity.c.Last(Act::kPenaltyPublished);
  const Event* decided = publicity.c.Last(Act::kPenaltyDecided);
  if (published == nullptr || decided == nullptr) return std::nullopt;
  const Date shown = ToDate(published->time);
  if (!one.after) return shown;
  const absl::Time start = one.from_publication ? published->time : decided->time;
  return std::max(shown, calendar::DueOf(calendar, start, *one.after, {}).date);
}

absl::Status CheckRepairRequest(const Publicity& publicity, const RepairCheck& check,
                                const calendar::Calendar& calendar) {
  if (StateAt(publicity, check.now) != PublicityState::kPublic) {
    return Refuse(Reason::kEntryNotInForce, {}, check.one.basis);
  }
  if (publicity.pending_repair() != nullptr) {
    return Refuse(Reason::kRepairPending, {}, check.one.basis);
  }
  RETURN_IF_ERROR(CheckRoom(publicity, check.one.basis));
  ASSIGN_OR_RETURN(const Reorganisation path, WaivedBy(check.terms, check.claim));
  const std::optional<Date> repairable = RepairableOn(publicity, check.one, calendar);
  if (!path.waives_period && ToDate(check.now) < *repairable) {
    return Refuse(Reason::kRepairTooEarly, {{"date", FormatDate(*repairable)}},
                  check.one.after_basis);
  }
  return CheckRepairGrant(publicity, check);
}

absl::Status CheckRepairGrant(const Publicity& publicity, const RepairCheck& check) {
  const std::string bar = BarOf(check.one, *publicity.c.penalty());
  if (!bar.empty()) {
    return Refuse(Reason::kRepairConditionsUnmet, {{"conditions", bar}}, check.one.basis);
  }
  ASSIGN_OR_RETURN(const Reorganisation path, WaivedBy(check.terms, check.claim));
  std::vector<Condition> conditions = check.one.conditions;
  conditions.insert(conditions.end(), check.terms.conditions.begin(), check.terms.conditions.end());
  return CheckConditions(conditions, check.claim, check.record, path.waived, check.one.basis);
}

absl::Status CheckAct(const Publicity& publicity, PublicityAct act, absl::Time now,
                      const errors::Basis& basis) {
  switch (act) {
    case PublicityAct::kRepairAccepted:
      return CheckAcceptance(publicity, now, basis);
    case PublicityAct::kRepairGranted:
    case PublicityAct::kRepairRefused:
      return CheckPending(publicity, now, basis);
    case PublicityAct::kDisputed:
      return CheckDispute(publicity, now, basis);
    case PublicityAct::kDisputeUpheld:
    case PublicityAct::kDisputeDismissed:
      return HasOpenDispute(publicity) ? absl::OkStatus() : Missing("异议处理", "异议登记", basis);
    case PublicityAct::kPushed:
      RETURN_IF_ERROR(CheckSpread(publicity, now, basis));
      return CheckDuty(publicity, PublicityAct::kPushDue, act, "推送其他省份",
                       "向其他省份当事人送达的处罚决定", basis);
    case PublicityAct::kCoPublished:
      RETURN_IF_ERROR(CheckSpread(publicity, now, basis));
      return CheckDuty(publicity, PublicityAct::kPushed, act, "当事人所在省公示", "推送其他省份",
                       basis);
    case PublicityAct::kWithdrawn:
      return CheckDuty(publicity, PublicityAct::kWithdrawalDue, act, "撤回公示",
                       "已公示处罚的撤销或者信用修复", basis);
    case PublicityAct::kRepairRequested:  // judged with its conditions
    case PublicityAct::kExpired:
    case PublicityAct::kWithdrawalDue:
    case PublicityAct::kPushDue:
      return absl::OkStatus();
  }
  return Refuse(Reason::kStepUnknown, {{"step", "?"}}, basis);
}

const PublicityEvent* EndedBy(const Publicity& publicity, const PublicityEvent& started,
                              size_t place) {
  std::vector<PublicityAct> ends;
  switch (started.act) {
    case PublicityAct::kRepairRequested:
      ends = {PublicityAct::kRepairGranted, PublicityAct::kRepairRefused};
      if (place == 0) ends.push_back(PublicityAct::kRepairAccepted);  // as the request starts them
      break;
    case PublicityAct::kDisputed:
      ends = {PublicityAct::kDisputeUpheld, PublicityAct::kDisputeDismissed};
      break;
    case PublicityAct::kPushDue:
      ends = {PublicityAct::kPushed};
      break;
    case PublicityAct::kPushed:
      ends = {PublicityAct::kCoPublished};
      break;
    case PublicityAct::kWithdrawalDue:
      ends = {PublicityAct::kWithdrawn};
      break;
    case PublicityAct::kRepairGranted:
      return &started;  // publicity stops in the act that grants it
    default:
      break;
  }
  for (const PublicityEvent& event : publicity.events) {
    const bool ends_it = std::find(ends.begin(), ends.end(), event.act) != ends.end();
    if (event.sequence > started.sequence && ends_it) return &event;
  }
  return nullptr;
}

bool IsSameKind(const Case& a, const Case& b) {
  const Event* first = a.Last(Act::kFactsStated);
  const Event* second = b.Last(Act::kFactsStated);
  if (first != nullptr && second != nullptr) {
    return first->detail.facts->violation == second->detail.facts->violation;
  }
  if (!a.cause.empty() && a.cause == b.cause) return true;
  const std::vector<errors::Basis>& bases = a.penalty()->bases;
  return std::any_of(bases.begin(), bases.end(), [&](const errors::Basis& basis) {
    const std::vector<errors::Basis>& others = b.penalty()->bases;
    return std::find(others.begin(), others.end(), basis) != others.end();
  });
}

std::string ProvinceOf(const OperatorId& op) {
  const auto code = codes::Check(codes::Kind::kUscc, op.value());
  if (!code.ok()) return "";
  // The State Administration gives out codes of no province.
  const std::string province = code->canonical.substr(kProvinceAt, kProvinceDigits);
  return codes::IsProvince(province) ? province : "";
}

}  // namespace shian::sanction
