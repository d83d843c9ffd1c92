#include <algorithm>
#include <utility>

#include "services/inspection/sampling/rules.h"

namespace shian::inspection::sampling {
namespace {

using Moment = std::optional<absl::Time>;

// Collects clocks; one whose start has not come is not there yet.
class Collector {
 public:
  Collector(const Sample& sample, const Rules& rules) : sample_(sample), rules_(rules) {}

  void Add(const char* step, const char* rule, ClockUse use, Moment start, Moment done,
           int more = 0) {
    const auto found = rules_.clocks.find(rule);
    if (!start || found == rules_.clocks.end()) return;
    Clock clock;
    clock.step = step;
    clock.use = use;
    clock.rule = found->second;
    clock.rule.budget.count += more;
    clock.start = *start;
    clock.done = done;
    clock.attested = sample_.attested;
    clock.due = calendar::DueOf(*rules_.calendar, clock.start, clock.rule.budget, {});
    clocks_.push_back(std::move(clock));
  }
  std::vector<Clock> Take() { return std::move(clocks_); }

 private:
  const Sample& sample_;
  const Rules& rules_;
  std::vector<Clock> clocks_;
};

Moment FirstRaised(const Sample& sample, bool process) {
  for (const Objection& one : sample.objections) {
    if ((one.kind == ObjectionKind::kProcess) == process) return one.raise_time;
  }
  return std::nullopt;
}

Moment If(bool condition, Moment moment) { return condition ? moment : std::nullopt; }

void AddTesting(const Sample& s, bool failed, bool severe, Collector& out) {
  out.Add("S2", key::kRecordsKept, ClockUse::kKeeping, s.take_time, {});
  out.Add("S3", key::kDelivery, ClockUse::kDuty, s.take_time, s.reception_time);
  const Moment concluded = s.report ? Moment(s.report->conclusion_time) : std::nullopt;
  out.Add("S5", key::kTestReport, ClockUse::kDuty, If(s.accepted, s.reception_time), concluded);
  if (!s.report) return;
  out.Add("S6", failed ? key::kBackupAfterFail : key::kBackupAfterPass, ClockUse::kKeeping,
          concluded, {});
  out.Add("S7", failed ? key::kReportFail : key::kReportPass, ClockUse::kDuty, concluded,
          s.report_time);
  if (severe) out.Add("S7a", key::kReportSevere, ClockUse::kDuty, concluded, s.report_time);
}

void AddReinspection(const Sample& s, const Rules& rules, Collector& out) {
  const bool given =
      rules.KindOf(s.planned.kind).reinspection &&
      !std::any_of(s.report->items.begin(), s.report->items.end(), [&](const TestItem& item) {
        return item.failed && rules.barred.contains(KeyOf(item.reason));
      });
  const Reinspection none;
  const Reinspection& r = s.reinspection ? *s.reinspection : none;
  const Moment requested = s.reinspection ? Moment(r.request_time) : std::nullopt;
  if (given) {
    out.Add("S9", key::kReinspectionRequest, ClockUse::kRight, s.notice_time, requested);
  }
  out.Add("S10", key::kReinspectionAccept, ClockUse::kDuty, requested, r.decide_time);
  out.Add("S11", key::kReinspectionLab, ClockUse::kDuty, If(r.accepted, r.decide_time),
          r.draw_time);
  out.Add("S12", key::kLabDecline, ClockUse::kRight, r.designate_time, r.handover_time);
  out.Add("S13", key::kBackupHandover, ClockUse::kDuty, r.designate_time, r.handover_time);
  out.Add("S14", key::kReinspectionReport, ClockUse::kDuty, r.receipt_time, r.report_time);
  out.Add("S15", key::kReinspectionNotify, ClockUse::kDuty, r.report_time, r.served_time);
}

void AddObjections(const Sample& s, bool failed, Collector& out) {
  out.Add("S16", key::kObjectionProcess, ClockUse::kRight, s.take_time, FirstRaised(s, true));
  if (failed) {
    out.Add("S17", key::kObjectionResult, ClockUse::kRight, s.notice_time, FirstRaised(s, false));
  }
  for (const Objection& one : s.objections) {
    out.Add("S18", key::kObjectionAccept, ClockUse::kDuty, one.raise_time, one.accept_time);
    const bool process = one.kind == ObjectionKind::kProcess;
    out.Add("S19", process ? key::kDecideProcess : key::kDecideResult, ClockUse::kDuty,
            If(one.accepted, one.accept_time), one.decide_time);
  }
}

void AddEnd(const Sample& s, const Rules& rules, bool failed, bool severe, Collector& out) {
  const bool enforced = failed && rules.KindOf(s.planned.kind).enforcement;
  if (enforced) {
    const Moment started = s.disposal ? Moment(s.disposal->start_time) : std::nullopt;
    // Overturned before it began: there is nothing left to dispose of.
    const Moment ended = started ? started : If(s.outcome == Outcome::kOverturned, s.final_time);
    out.Add("S20", severe ? key::kDisposalStartSevere : key::kDisposalStart, ClockUse::kDuty,
            s.report_time, ended);
    if (s.disposal) {
      out.Add("S21", key::kDisposalFinish, ClockUse::kDuty, s.disposal->start_time,
              s.disposal->finish_time, s.disposal->extension_days);
    }
  }
  if (rules.KindOf(s.planned.kind).published) {
    out.Add("S22", key::kPublication, ClockUse::kDuty, s.final_time, s.publish_time);
  }
  if (enforced) out.Add("S23", key::kPostNotice, ClockUse::kDuty, s.notice_time, s.posted_time);
}

}  // namespace

bool Clock::OverdueAt(absl::Time at) const {
  if (use != ClockUse::kDuty || attested || !due.known()) return false;
  return done.value_or(at) > due.due;
}

std::vector<Clock> ClocksOf(const Sample& s, const Rules& rules) {
  Collector out(s, rules);
  const bool failed = s.report && !s.report->passed;
  const bool severe = failed && IsSevere(s, rules);
  if (s.attested) {
    // Only what is dated in the attested record; the rest was another authority's to keep.
    out.Add("S22", key::kPublication, ClockUse::kDuty, s.final_time, s.publish_time);
    return out.Take();
  }
  AddTesting(s, failed, severe, out);
  if (failed && rules.KindOf(s.planned.kind).enforcement) {
    out.Add("S8", key::kNotify, ClockUse::kDuty, s.report_time, s.notice_time);
  }
  if (failed && s.notice_time) AddReinspection(s, rules, out);
  AddObjections(s, failed, out);
  if (s.report) AddEnd(s, rules, failed, severe, out);
  return out.Take();
}

bool IsSevere(const Sample& sample, const Rules& rules) {
  if (!sample.report || sample.report->passed) return false;
  if (sample.report->hazard == Hazard::kSevere) return true;
  const std::vector<TestItem> failed = FailedItems(sample);
  return std::any_of(failed.begin(), failed.end(), [&](const TestItem& item) {
    return rules.severe.contains(KeyOf(item.reason));
  });
}

std::optional<absl::Time> LapsesAt(const Sample& s, const Rules& rules) {
  if (StateOf(s) != State::kNotified) return std::nullopt;
  absl::Time last = *s.notice_time;
  for (const Clock& clock : ClocksOf(s, rules)) {
    if (clock.use != ClockUse::kRight || clock.step == "S16") continue;
    // A right that was used leaves no window open: what came of it is looked at below.
    if (clock.done) continue;
    if (!clock.due.known()) return std::nullopt;
    last = std::max(last, clock.due.due);
  }
  if (s.reinspection && s.reinspection->decide_time)
    last = std::max(last, *s.reinspection->decide_time);
  for (const Objection& one : s.objections) {
    last = std::max(last, one.decide_time.value_or(one.accept_time.value_or(one.raise_time)));
  }
  return last;
}

}  // namespace shian::inspection::sampling
