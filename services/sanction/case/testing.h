// A case in the making for tests: acts are checked by the domain alone and then recorded.
#pragma once

#include <string>
#include <utility>

#include "libs/base/status_macros.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/ending.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/period.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction::testing {

// 2025 and 2026 without holidays: weekends only.
inline calendar::Calendar PlainCalendar() {
  calendar::Calendar::Parts parts;
  parts.years = {2025, 2026};
  return calendar::Calendar(std::move(parts));
}

inline constexpr char kStatute[] = "行政处罚法";

class Story {
 public:
  Story() {
    case_.op = OperatorId("914403001922038216");
    case_.id = CaseId("c1");
    case_.region = "410902";
    case_.organisation = "410902-market";
    case_.leads = {};
    Record(Act::kFiled);
  }

  const Case& get() const { return case_; }
  absl::Time now() const { return now_; }
  void Pass(absl::Duration time) { now_ += time; }
  void PassDays(int days) { Pass(absl::Hours(24 * days)); }

  Notice& notice() { return notice_; }
  Penalty& penalty() { return penalty_; }
  void set_needs_consent(bool needs) { needs_consent_ = needs; }

  Step StepOf(Act act) const { return {act, now_, {kStatute, std::string("第五十七条")}}; }

  absl::Status Check(Act act) const {
    if (act == Act::kClosed) {
      RETURN_IF_ERROR(CheckAct(case_, StepOf(act)));
      return CheckClosing(case_, outcome_, StepOf(act));
    }
    return act == Act::kPenaltyDecided ? CheckPenalty(case_, penalty_, StepOf(act))
                                       : CheckAct(case_, StepOf(act));
  }

  // Checks the act and records it when it is allowed.
  absl::Status Take(Act act) {
    RETURN_IF_ERROR(Check(act));
    Record(act);
    return absl::OkStatus();
  }

  void Record(Act act) {
    Event event;
    event.sequence = static_cast<int>(case_.events.size()) + 1;
    event.act = act;
    event.time = now_;
    event.recorded = now_;
    if (act == Act::kNoticeServed) event.notice = notice_;
    if (act == Act::kPenaltyDecided) event.penalty = penalty_;
    if (act == Act::kListingDecided) {
      event.reference = "operators/914403001922038216/entries/e1";
      event.needs_consent = needs_consent_;
    }
    if (act == Act::kPenaltyPublished) event.until = Date(2028, 3, 1);
    event.detail = DetailOf(act);
    case_.events.push_back(std::move(event));
    if (act == Act::kFiled) StartPeriod();
    if (act == Act::kNoticeServed) StartWindow(clocks::kStatement);
    if (act == Act::kNoticeServed && notice_.hearing_offered) StartWindow(clocks::kHearing);
  }

  // What the next acts state.
  bool& approved() { return approved_; }
  PoliceAnswer& answer() { return answer_; }
  CaseOutcome& outcome() { return outcome_; }
  bool& passed() { return passed_; }
  Case* mutable_case() { return &case_; }

  // From filing to the end of the window.
  void ToClosedWindow() {
    Record(Act::kLegalReviewed);
    Record(Act::kNoticeServed);
    PassDays(9);
  }
  void ToDecision() {
    ToClosedWindow();
    Record(Act::kDiscussed);
    Record(Act::kPenaltyDecided);
  }
  void ToService() {
    ToDecision();
    Record(Act::kListingDecided);
    Record(Act::kConsentGiven);
    Record(Act::kDecisionServed);
  }

 private:
  void StartWindow(const char* key) {
    Clock clock;
    clock.key = key;
    clock.rule.key = key;
    clock.rule.budget = {5, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend};
    clock.rule.basis = {kStatute, "第四十五条"};
    clock.start = now_;
    clock.due = calendar::DueOf(PlainCalendar(), now_, clock.rule.budget, {});
    case_.clocks.push_back(std::move(clock));
  }

  void StartPeriod() {
    Clock clock;
    clock.key = clock.rule.key = clocks::kDecide;
    clock.rule.budget = {90, calendar::Unit::kCalendarDays, calendar::LastDay::kExtend};
    clock.rule.basis = {kStatute, "第六十条"};
    clock.rule.extension_count = 30;
    clock.rule.extensions_max = 1;
    clock.start = now_;
    clock.due = calendar::DueOf(PlainCalendar(), now_, clock.rule.budget, {});
    case_.clocks.push_back(std::move(clock));
  }

  Detail DetailOf(Act act) const {
    Detail detail;
    if (act >= Act::kPreserved && act <= Act::kSeizedReleased) {
      detail.custody.emplace();
      detail.custody->taken = FirstHeld(act);
    }
    if (act >= Act::kTransferReported && act <= Act::kPoliceAnswered) {
      detail.transfer.emplace();
      detail.transfer->approved = approved_;
      if (act == Act::kPoliceAnswered) detail.transfer->answer = answer_;
    }
    if (act == Act::kSupervisionOpened) detail.supervision = Supervision{ToDate(now_) + 30, false};
    if (act == Act::kSupervisionChecked) detail.supervision = Supervision{std::nullopt, passed_};
    if (act == Act::kClosed) detail.outcome = outcome_;
    if (act == Act::kFileReviewed) detail.review = FileReview{{}, true, 80, 100};
    if (act == Act::kFactsStated) detail.facts = Facts{.violation = "food.over_limit"};
    if (act == Act::kFindingAnswered) detail.answer = FindingAnswer{"grave.goods_value", true};
    if (act == Act::kEvidenceGathered) detail.evidence.emplace();
    if (act >= Act::kPeriodExtended && act <= Act::kPeriodResumed) {
      detail.period = PeriodStep{10, clocks::kExcludedAnnouncement, FirstPaused()};
    }
    if (act == Act::kHearingNotified) {
      detail.hearing = Hearing{now_ + absl::Hours(24), "听证室", "z1", false, "直接送达", {}};
    }
    if (act == Act::kHearingEnded) detail.hearing.emplace().end = HearingEnd::kWithdrawn;
    return detail;
  }

  // The sequence of what such an act ends or prolongs; 0 without one.
  int FirstHeld(Act act) const {
    const Act taker = act == Act::kPreservedHandled ? Act::kPreserved : Act::kSeized;
    for (const Event* held : HeldThings(case_)) {
      if (held->act == taker) return held->sequence;
    }
    return 0;
  }

  int FirstPaused() const {
    for (const ExcludedTime& time : ExcludedTimes(case_)) {
      if (time.ended == nullptr && time.begun->act == Act::kPeriodPaused) {
        return time.begun->sequence;
      }
    }
    return 0;
  }

  static Notice DefaultNotice() {
    Notice notice;
    notice.facts = "经检验恩诺沙星超过标准限量";
    notice.grounds = "食品安全法";
    notice.rights = "可以陈述、申辩";
    notice.proposal = {
        {PenaltyKind::kFine, PenaltyKind::kConfiscation}, 20'000'000, 1'000'000, 60, true};
    notice.listing_announced = true;
    notice.service_method = "直接送达";
    return notice;
  }
  static Penalty DefaultPenalty() {
    Penalty penalty;
    penalty.decision_number = "濮华市监处罚〔2025〕1号";
    penalty.kinds = {PenaltyKind::kFine};
    penalty.fine_fen = 15'000'000;
    penalty.aggravated = true;
    penalty.heavier = true;
    return penalty;
  }

  Case case_;
  absl::Time now_ = StartOfDay(Date(2025, 3, 3)) + absl::Hours(9);
  Notice notice_ = DefaultNotice();
  Penalty penalty_ = DefaultPenalty();
  bool needs_consent_ = true;
  bool approved_ = true;
  PoliceAnswer answer_ = PoliceAnswer::kFiled;
  CaseOutcome outcome_ = CaseOutcome::kExecuted;
  bool passed_ = true;
};

}  // namespace shian::sanction::testing
