#include "services/inspection/sampling/rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::inspection::sampling {
namespace {

using errors::Reason;
using errors::Refuse;

bool Failed(const Sample& s) { return s.report && !s.report->passed; }

// One overload per act: what must be true for it to follow.
class Decider {
 public:
  Decider(const Sample& sample, const Rules& rules, absl::Time at, std::string word)
      : s_(sample), rules_(rules), at_(at), word_(std::move(word)) {}

  absl::Status operator()(Planned&) const { return In({State::kNone}, {}); }

  absl::Status operator()(Taken& act) const {
    RETURN_IF_ERROR(In({State::kPlanned}, s_.plan_time));
    const std::set<std::string> samplers(act.samplers.begin(), act.samplers.end());
    if (samplers.size() < static_cast<size_t>(rules_.samplers_min)) {
      return Refuse(Reason::kSamplersTooFew, {{"min", absl::StrCat(rules_.samplers_min)}},
                    rules_.DutyBasis("two_samplers"));
    }
    if (!act.notice_shown) {
      return Refuse(Reason::kSampleNoticeMissing, {}, rules_.DutyBasis("notice_shown"));
    }
    if (act.price_fen <= 0) return Refuse(Reason::kSampleNotPaid, {}, rules_.DutyBasis("bought"));
    if (act.test_seal == act.backup_seal) {
      return Refuse(Reason::kSealsNotSeparate, {}, rules_.DutyBasis("separate_seals"));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(Delivered& act) const {
    RETURN_IF_ERROR(In({State::kSampled}, s_.take_time));
    return Carried(act.carrier, act.seal, s_.taken.test_seal, act.seal_intact);
  }

  absl::Status operator()(Received&) const { return In({State::kDelivered}, s_.delivery_time); }

  absl::Status operator()(Reported& act) const {
    RETURN_IF_ERROR(In({State::kReceived}, s_.reception_time));
    return Concluded(act.report, *s_.reception_time);
  }

  absl::Status operator()(Notified& act) const {
    if (s_.report && s_.report->passed) return Refuse(Reason::kSamplePassed);
    RETURN_IF_ERROR(In({State::kReported}, s_.report_time));
    if (!rules_.KindOf(s_.planned.kind).enforcement) {
      return Refuse(Reason::kSampleKindNotEnforced, {{"kind", KeyOf(s_.planned.kind)}});
    }
    const errors::Basis basis = rules_.DutyBasis("risk_control");
    act.risk_control = {basis.statute, basis.article};
    return absl::OkStatus();
  }

  absl::Status operator()(DiligenceExamined& act) const {
    RETURN_IF_ERROR(AfterNotice());
    const auto found = std::find_if(s_.parties.begin(), s_.parties.end(),
                                    [&](const Party& party) { return party.role == act.role; });
    // The defence is a seller's: whoever made the food answers for it.
    if (found == s_.parties.end() || act.role == Role::kProducer) {
      return Refuse(Reason::kNoSuchParty, {}, rules_.DutyBasis("due_diligence"));
    }
    const errors::Basis basis = rules_.DutyBasis("due_diligence");
    act.diligence.basis = {basis.statute, basis.article};
    return absl::OkStatus();
  }

  absl::Status operator()(RiskControlled&) const { return AfterNotice(); }

  absl::Status operator()(ReinspectionRequested& act) const {
    if (!s_.notice_time) return WrongState();
    RETURN_IF_ERROR(RightOfReinspection());
    if (!IsParty(s_, act.applicant)) return Refuse(Reason::kNoSuchParty);
    if (s_.reinspection) return Refuse(Reason::kReinspectionRequested);
    return In({State::kNotified, State::kObjection}, s_.notice_time);
  }

  absl::Status operator()(ReinspectionDecided& act) const {
    if (!s_.reinspection || s_.reinspection->decide_time || s_.final_time) return WrongState();
    RETURN_IF_ERROR(NotBefore(s_.reinspection->request_time));
    const errors::Basis basis =
        act.accepted ? BasisOfClock(key::kReinspectionAccept) : rules_.RejectBasis(act.reject);
    act.basis = {basis.statute, basis.article};
    return absl::OkStatus();
  }

  absl::Status operator()(LaboratoryDrawn& act) const {
    const bool ready = s_.reinspection && s_.reinspection->accepted && !s_.reinspection->draw_time;
    if (!ready || s_.final_time) return WrongState();
    RETURN_IF_ERROR(NotBefore(*s_.reinspection->decide_time));
    if (act.candidates.empty()) return NoLaboratory();
    return absl::OkStatus();
  }

  absl::Status operator()(LaboratoryDeclined&) const {
    RETURN_IF_ERROR(WithLaboratory());
    const Reinspection& r = *s_.reinspection;
    return r.declines.size() + 1 < r.candidates.size() ? absl::OkStatus() : NoLaboratory();
  }

  absl::Status operator()(BackupHandedOver& act) const {
    RETURN_IF_ERROR(WithLaboratory());
    return Carried(act.carrier, act.seal, s_.taken.backup_seal, act.seal_intact);
  }

  absl::Status operator()(BackupReceived& act) const {
    const bool ready = s_.reinspection && s_.reinspection->handover_time &&
                       !s_.reinspection->receipt_time && !s_.final_time;
    if (!ready) return WrongState();
    RETURN_IF_ERROR(NotBefore(*s_.reinspection->handover_time));
    return act.seal_intact ? absl::OkStatus() : Refuse(Reason::kSealMismatch);
  }

  absl::Status operator()(Reinspected& act) const {
    const bool ready = s_.reinspection && s_.reinspection->receipt_time &&
                       !s_.reinspection->report && !s_.final_time;
    if (!ready) return WrongState();
    return Concluded(act.report, *s_.reinspection->receipt_time);
  }

  absl::Status operator()(ReinspectionServed&) const {
    if (!s_.reinspection || !s_.reinspection->report_time || s_.reinspection->served_time) {
      return WrongState();
    }
    return NotBefore(*s_.reinspection->report_time);
  }

  absl::Status operator()(ObjectionRaised& act) const {
    const bool process = act.kind == ObjectionKind::kProcess;
    const auto start = process ? s_.take_time : s_.notice_time;
    if (!start || s_.attested || s_.close_time) return WrongState();
    RETURN_IF_ERROR(WithinWindow(process ? key::kObjectionProcess : key::kObjectionResult, *start,
                                 Reason::kObjectionLate));
    if (s_.final_time) return WrongState();
    if (!IsParty(s_, act.applicant)) return Refuse(Reason::kNoSuchParty);
    for (const Objection& one : s_.objections) {
      if (one.kind == act.kind) return Refuse(Reason::kObjectionPending);
    }
    return NotBefore(*start);
  }

  absl::Status operator()(ObjectionAccepted& act) const {
    const Objection* one = Numbered(act.number);
    if (one == nullptr || one->accept_time || s_.final_time) return NoObjection(act.number);
    return NotBefore(one->raise_time);
  }

  absl::Status operator()(ObjectionDecided& act) const {
    const Objection* one = Numbered(act.number);
    if (one == nullptr || !one->accept_time || !one->pending() || s_.final_time) {
      return NoObjection(act.number);
    }
    return NotBefore(*one->accept_time);
  }

  absl::Status operator()(DisposalStarted&) const {
    RETURN_IF_ERROR(AfterNotice());
    if (s_.disposal || s_.outcome == Outcome::kOverturned) return WrongState();
    return absl::OkStatus();
  }

  absl::Status operator()(DisposalExtended&) const {
    if (!s_.disposal || s_.disposal->finish_time) return WrongState();
    return NotBefore(s_.disposal->start_time);
  }

  absl::Status operator()(DisposalFinished& act) const {
    if (!s_.disposal || s_.disposal->finish_time) return WrongState();
    RETURN_IF_ERROR(NotBefore(s_.disposal->start_time));
    const errors::Basis basis = BasisOfClock(key::kDisposalFinish);
    if (!s_.final_time) return Refuse(Reason::kDisposalNotFinal, {}, basis);
    RETURN_IF_ERROR(NotBefore(*s_.final_time));
    if (s_.outcome == Outcome::kOverturned || act.product_controlled) return absl::OkStatus();
    return Refuse(Reason::kDisposalIncomplete, {{"missing", "product_controlled"}}, basis);
  }

  absl::Status operator()(Lapsed&) const {
    const auto lapses = LapsesAt(s_, rules_);
    return lapses && at_ >= *lapses ? absl::OkStatus() : WrongState();
  }

  absl::Status operator()(Published&) const {
    if (s_.publish_time || s_.close_time || !s_.report) return WrongState();
    if (!rules_.KindOf(s_.planned.kind).published) {
      return Refuse(Reason::kKindNotPublished, {{"kind", KeyOf(s_.planned.kind)}},
                    rules_.DutyBasis("publication"));
    }
    if (!s_.final_time) {
      return Refuse(Reason::kPublicationBeforeFinal, {}, rules_.DutyBasis("publication"));
    }
    return NotBefore(*s_.final_time);
  }

  absl::Status operator()(Closed&) const {
    const State state = StateOf(s_);
    const KindRule kind = rules_.KindOf(s_.planned.kind);
    const bool over = state == State::kPublished || state == State::kRejected ||
                      (state == State::kReported && !kind.published) ||
                      (state == State::kDisposed && !kind.published);
    if (!over) return WrongState();
    // A failure is closed with its disposal, whatever was published before.
    const bool owed = Failed(s_) && kind.enforcement && s_.outcome == Outcome::kFailed;
    if (owed && !s_.attested && !(s_.disposal && s_.disposal->finish_time)) {
      return Refuse(Reason::kDisposalIncomplete, {{"missing", "finish_time"}},
                    BasisOfClock(key::kDisposalFinish));
    }
    return NotBefore(s_.last_time);
  }

  absl::Status operator()(Attested&) const { return absl::OkStatus(); }

 private:
  absl::Status WrongState() const {
    return Refuse(Reason::kSampleState, {{"act", word_}, {"state", WordOf(StateOf(s_))}});
  }
  absl::Status NotBefore(absl::Time prerequisite) const {
    if (at_ >= prerequisite) return absl::OkStatus();
    return Refuse(Reason::kSampleActTime, {{"after", FormatTime(prerequisite)}});
  }
  absl::Status In(std::initializer_list<State> states, std::optional<absl::Time> after) const {
    const State now = StateOf(s_);
    if (std::find(states.begin(), states.end(), now) == states.end()) return WrongState();
    return after ? NotBefore(*after) : absl::OkStatus();
  }
  absl::Status AfterNotice() const {
    if (!s_.notice_time || s_.close_time) return WrongState();
    return NotBefore(*s_.notice_time);
  }
  errors::Basis BasisOfClock(const char* key) const {
    const auto found = rules_.clocks.find(key);
    return found == rules_.clocks.end() ? errors::Basis() : found->second.basis;
  }
  absl::Status NoLaboratory() const {
    return Refuse(Reason::kReinspectionNoLaboratory, {},
                  rules_.DutyBasis("independent_laboratory"));
  }
  absl::Status NoObjection(int number) const {
    return Refuse(Reason::kObjectionUnknown, {{"number", absl::StrCat(number)}});
  }
  const Objection* Numbered(int number) const {
    if (number < 1 || static_cast<size_t>(number) > s_.objections.size()) return nullptr;
    return &s_.objections[static_cast<size_t>(number) - 1];
  }
  absl::Status WithLaboratory() const {
    const bool ready = s_.reinspection && s_.reinspection->draw_time &&
                       !s_.reinspection->handover_time && !s_.final_time;
    return ready ? NotBefore(*s_.reinspection->designate_time) : WrongState();
  }
  absl::Status Carried(Carrier carrier, const std::string& seal, const std::string& recorded,
                       bool intact) const {
    if (carrier == Carrier::kOperator) {
      return Refuse(Reason::kSampleCarriedByOperator, {}, rules_.DutyBasis("carried_by_sampler"));
    }
    return intact && seal == recorded ? absl::OkStatus() : Refuse(Reason::kSealMismatch);
  }
  // The laboratory's conclusion lies between what it waited for and the report.
  absl::Status Concluded(const LabReport& report, absl::Time after) const {
    RETURN_IF_ERROR(NotBefore(report.conclusion_time));
    if (report.conclusion_time >= after) return absl::OkStatus();
    return Refuse(Reason::kSampleActTime, {{"after", FormatTime(after)}});
  }
  absl::Status WithinWindow(const char* key, absl::Time start, Reason late) const {
    const auto rule = rules_.clocks.find(key);
    if (rule == rules_.clocks.end()) {
      return Refuse(Reason::kPolicyNotInForce,
                    {{"policy", key}, {"date", FormatDate(ToDate(at_))}});
    }
    const calendar::Due due = calendar::DueOf(*rules_.calendar, start, rule->second.budget, {});
    if (!due.known() || at_ <= due.due) return absl::OkStatus();
    return Refuse(late, {{"due", FormatDate(due.date)}}, rule->second.basis);
  }
  absl::Status RightOfReinspection() const {
    if (!rules_.KindOf(s_.planned.kind).reinspection) {
      return Refuse(Reason::kReinspectionNotGiven, {{"kind", KeyOf(s_.planned.kind)}},
                    rules_.RejectBasis(Reject::kOther));
    }
    for (const TestItem& item : FailedItems(s_)) {
      if (!rules_.barred.contains(KeyOf(item.reason))) continue;
      return Refuse(Reason::kReinspectionBarred, {{"item", item.item}},
                    rules_.RejectBasis(Reject::kMicrobeItem));
    }
    if (s_.product.shelf_life_end && *s_.product.shelf_life_end < ToDate(at_)) {
      return Refuse(Reason::kReinspectionBackupExpired,
                    {{"date", FormatDate(*s_.product.shelf_life_end)}},
                    rules_.RejectBasis(Reject::kBackupExpired));
    }
    return WithinWindow(key::kReinspectionRequest, *s_.notice_time, Reason::kReinspectionLate);
  }

  const Sample& s_;
  const Rules& rules_;
  const absl::Time at_;
  const std::string word_;
};

errors::Basis Look(const std::map<std::string, errors::Basis>& bases, const std::string& key) {
  const auto found = bases.find(key);
  return found == bases.end() ? errors::Basis() : found->second;
}

}  // namespace

errors::Basis Rules::DutyBasis(const std::string& key) const { return Look(duties, key); }

errors::Basis Rules::RejectBasis(Reject reject) const { return Look(rejects, KeyOf(reject)); }

KindRule Rules::KindOf(Kind kind) const {
  const auto found = kinds.find(KeyOf(kind));
  return found == kinds.end() ? KindRule() : found->second;
}

absl::Status Decide(const Sample& sample, const Rules& rules, absl::Time at, Act& act) {
  return std::visit(Decider(sample, rules, at, WordOf(act)), act);
}

}  // namespace shian::inspection::sampling
