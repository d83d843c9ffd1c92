#include "services/inspection/sampling/sample.h"

#include <algorithm>
#include <array>
#include <utility>

namespace shian::inspection::sampling {
namespace {

// Folds one act. Each overload sets what its act made true, and nothing else.
class Folder {
 public:
  Folder(Sample& sample, absl::Time time) : s_(sample), time_(time) {}

  void operator()(const Planned& act) {
    s_.planned = act;
    s_.plan_time = time_;
  }
  void operator()(const Taken& act) {
    s_.taken = act;
    s_.product = act.product;
    s_.take_time = time_;
    SetParties();
  }
  void operator()(const Delivered& act) {
    s_.delivery_time = time_;
    s_.custody.push_back(
        {time_, act.carrier, s_.planned.laboratory, act.seal, act.seal_intact, false});
  }
  void operator()(const Received& act) {
    s_.reception_time = time_;
    s_.accepted = act.accepted;
    s_.reject_reason = act.reject_reason;
  }
  void operator()(const Reported& act) {
    s_.report = act.report;
    s_.report_time = time_;
    s_.outcome = act.report.passed ? Outcome::kPassed : Outcome::kFailed;
    if (act.report.passed) s_.final_time = time_;
  }
  void operator()(const Notified& act) {
    s_.notice = act;
    s_.notice_time = time_;
  }
  void operator()(const DiligenceExamined& act) {
    for (Party& party : s_.parties) {
      if (party.role != act.role) continue;
      party.diligence = act.diligence;
      party.diligence_time = time_;
    }
  }
  void operator()(const RiskControlled& act) {
    s_.control_report = act.report;
    s_.control_time = time_;
    if (act.posted && !s_.posted_time) s_.posted_time = time_;
  }
  void operator()(const ReinspectionRequested& act) {
    s_.reinspection.emplace();
    s_.reinspection->request_time = time_;
    s_.reinspection->applicant = act.applicant;
    s_.reinspection->reason = act.reason;
  }
  void operator()(const ReinspectionDecided& act) {
    s_.reinspection->decide_time = time_;
    s_.reinspection->accepted = act.accepted;
    s_.reinspection->reject = act.reject;
    s_.reinspection->basis = act.basis;
  }
  void operator()(const LaboratoryDrawn& act) {
    s_.reinspection->seed = act.seed;
    s_.reinspection->candidates = act.candidates;
    s_.reinspection->draw_time = time_;
    s_.reinspection->designate_time = time_;
  }
  void operator()(const LaboratoryDeclined&) {
    s_.reinspection->declines.push_back(time_);
    s_.reinspection->designate_time = time_;
  }
  void operator()(const BackupHandedOver& act) {
    s_.reinspection->handover_time = time_;
    s_.custody.push_back(
        {time_, act.carrier, s_.reinspection->laboratory(), act.seal, act.seal_intact, true});
  }
  void operator()(const BackupReceived&) { s_.reinspection->receipt_time = time_; }
  void operator()(const Reinspected& act) {
    s_.reinspection->report = act.report;
    s_.reinspection->report_time = time_;
    Finish(act.report.passed ? Outcome::kOverturned : Outcome::kFailed);
  }
  void operator()(const ReinspectionServed&) { s_.reinspection->served_time = time_; }
  void operator()(const ObjectionRaised& act) {
    Objection objection;
    objection.kind = act.kind;
    objection.applicant = act.applicant;
    objection.grounds = act.grounds;
    objection.raise_time = time_;
    s_.objections.push_back(std::move(objection));
  }
  void operator()(const ObjectionAccepted& act) {
    Objection& objection = s_.objections.at(static_cast<size_t>(act.number) - 1);
    objection.accept_time = time_;
    objection.accepted = act.accepted;
    if (!act.accepted) objection.reasons = act.reasons;
  }
  void operator()(const ObjectionDecided& act) {
    Objection& objection = s_.objections.at(static_cast<size_t>(act.number) - 1);
    objection.decide_time = time_;
    objection.upheld = act.upheld;
    objection.reasons = act.reasons;
    if (act.upheld) Finish(Outcome::kOverturned);
  }
  void operator()(const DisposalStarted&) { s_.disposal.emplace().start_time = time_; }
  void operator()(const DisposalExtended& act) { s_.disposal->extension_days += act.days; }
  void operator()(const DisposalFinished& act) {
    s_.disposal->result = act;
    s_.disposal->finish_time = time_;
  }
  void operator()(const Lapsed&) { Finish(Outcome::kFailed); }
  void operator()(const Published&) { s_.publish_time = time_; }
  void operator()(const Closed&) { s_.close_time = time_; }
  void operator()(const Attested& act) { Attest(act); }

 private:
  void Finish(Outcome outcome) {
    s_.outcome = outcome;
    if (!s_.final_time) s_.final_time = time_;
  }
  void SetParties() {
    s_.parties.clear();
    s_.parties.push_back({Role::kSampledUnit, s_.planned.operator_id, {}, {}});
    const Product& product = s_.product;
    if (!product.producer.empty() || !product.producer_name.empty()) {
      s_.parties.push_back({Role::kProducer, product.producer, {}, {}});
    }
    if (!product.supplier.empty())
      s_.parties.push_back({Role::kSupplier, product.supplier, {}, {}});
  }
  void Attest(const Attested& act) {
    s_.attested = true;
    s_.planned = act.planned;
    s_.plan_time = StartOfDay(act.sampled_date);
    s_.product = act.product;
    s_.take_time = StartOfDay(act.sampled_date);
    s_.accepted = true;
    s_.outcome = act.outcome;
    s_.report.emplace();
    s_.report->number = act.report_number;
    s_.report->passed = act.outcome == Outcome::kPassed;
    s_.report->items = act.failed_items;
    s_.report->hazard = act.hazard;
    s_.report_time = s_.take_time;
    s_.report->conclusion_time = *s_.take_time;
    s_.final_time.reset();
    s_.publish_time.reset();
    if (act.final_date) s_.final_time = StartOfDay(*act.final_date);
    if (act.publish_date) s_.publish_time = StartOfDay(*act.publish_date);
    SetParties();
  }

  Sample& s_;
  const absl::Time time_;
};

}  // namespace

std::string WordOf(State state) {
  static constexpr std::array<const char*, 14> kWords = {
      "",         "PLANNED",   "SAMPLED",      "DELIVERED", "RECEIVED", "REJECTED",  "REPORTED",
      "NOTIFIED", "OBJECTION", "REINSPECTION", "FINAL",     "DISPOSED", "PUBLISHED", "CLOSED"};
  return kWords[static_cast<size_t>(state)];
}

State StateOf(const Sample& s) {
  if (s.close_time) return State::kClosed;
  if (s.publish_time) return State::kPublished;
  const bool failed = s.report && !s.report->passed;
  if (failed && s.final_time) {
    return s.disposal && s.disposal->finish_time ? State::kDisposed : State::kFinal;
  }
  const auto pending = [](const Objection& one) { return one.pending(); };
  if (std::any_of(s.objections.begin(), s.objections.end(), pending)) return State::kObjection;
  if (s.reinspection && (!s.reinspection->decide_time || s.reinspection->accepted)) {
    return State::kReinspection;
  }
  if (s.notice_time) return State::kNotified;
  if (s.report_time) return State::kReported;
  if (s.reception_time) return s.accepted ? State::kReceived : State::kRejected;
  if (s.delivery_time) return State::kDelivered;
  if (s.take_time) return State::kSampled;
  return s.acts.empty() ? State::kNone : State::kPlanned;
}

void Apply(Sample& sample, DatedAct act) {
  std::visit(Folder(sample, act.time), act.act);
  sample.last_time = std::max(sample.last_time, act.time);
  sample.acts.push_back(std::move(act));
}

Sample Fold(SampleId id, std::vector<DatedAct> acts) {
  Sample sample;
  sample.id = std::move(id);
  for (DatedAct& act : acts) Apply(sample, std::move(act));
  return sample;
}

std::vector<TestItem> FailedItems(const Sample& sample) {
  std::vector<TestItem> failed;
  if (!sample.report) return failed;
  std::copy_if(sample.report->items.begin(), sample.report->items.end(), std::back_inserter(failed),
               [](const TestItem& item) { return item.failed; });
  return failed;
}

FailureReason GravestReason(const std::vector<TestItem>& items) {
  // From the gravest to the lightest.
  static constexpr std::array kOrder = {
      FailureReason::kNonfood,   FailureReason::kBanned,  FailureReason::kMicrobe,
      FailureReason::kMycotoxin, FailureReason::kVetdrug, FailureReason::kHeavymetal,
      FailureReason::kPesticide, FailureReason::kOrganic, FailureReason::kForeign,
      FailureReason::kAdditive,  FailureReason::kQuality, FailureReason::kOther,
      FailureReason::kLabel};
  for (const FailureReason reason : kOrder) {
    for (const TestItem& item : items) {
      if (item.failed && item.reason == reason) return reason;
    }
  }
  return FailureReason::kNone;
}

bool IsParty(const Sample& sample, const std::string& operator_id) {
  return std::any_of(sample.parties.begin(), sample.parties.end(), [&](const Party& party) {
    return !operator_id.empty() && party.operator_id == operator_id;
  });
}

}  // namespace shian::inspection::sampling
