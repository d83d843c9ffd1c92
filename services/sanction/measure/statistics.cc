#include "services/sanction/measure/statistics.h"

#include <algorithm>
#include <map>
#include <utility>

namespace shian::sanction {
namespace {

constexpr size_t kAcknowledgeClock = 0;
constexpr size_t kReportClock = 1;

// An act was late when its clock had run out. Without a clock, or while it cannot be counted,
// nothing is.
bool IsLate(const Measure& measure, size_t index, absl::Time time) {
  if (index >= measure.started.size() || index >= measure.clocks.size()) return false;
  const calendar::Due& due = measure.clocks[index].due;
  return due.known() && time > due.due;
}

const MeasureEvent* FirstReport(const Measure& measure) {
  for (const MeasureEvent& event : measure.events) {
    if (event.act == MeasureAct::kReported && event.outcome != Outcome::kLifted) return &event;
  }
  return nullptr;
}

bool IsIn(const MeasureEvent* event, const Span& span) {
  return event != nullptr && span.Has(event->recorded);
}

void CountDuties(const Measure& measure, const Span& span, StatisticsRow* row) {
  const MeasureEvent& ordered = measure.events.front();
  row->ordered += span.Has(ordered.recorded);
  const MeasureEvent* acknowledged = measure.Last(MeasureAct::kAcknowledged);
  if (IsIn(acknowledged, span)) {
    const bool late = IsLate(measure, kAcknowledgeClock, acknowledged->time);
    ++(late ? row->acknowledged_late : row->acknowledged);
    row->response.push_back(acknowledged->time - ordered.time);
  }
  const MeasureEvent* reported = FirstReport(measure);
  if (IsIn(reported, span) && acknowledged != nullptr) {
    const bool late = IsLate(measure, kReportClock, reported->time);
    ++(late ? row->reported_late : row->reported);
    row->applied += reported->outcome == Outcome::kApplied;
    // Who acted first and acknowledged then took no time.
    row->feedback.push_back(std::max(reported->time - acknowledged->time, absl::ZeroDuration()));
  }
  row->objected += IsIn(measure.Last(MeasureAct::kObjected), span);
  row->withdrawn += IsIn(measure.Last(MeasureAct::kWithdrawn), span);
}

void CountEnd(const Measure& measure, const Span& span, StatisticsRow* row) {
  row->lifted += IsIn(measure.Last(MeasureAct::kLifted), span);
  const MeasureEvent* confirmed = Confirmation(measure);
  if (IsIn(confirmed, span)) {
    ++row->confirmed;
    row->lifting.push_back(confirmed->recorded - measure.end);
  }
  const MeasureState state = StateOf(measure, span.to);
  if (state == MeasureState::kEnded || state == MeasureState::kWithdrawn) return;
  ++row->open;
  // What it was to acknowledge and to report is owed no more once it has ended, and the clock of an
  // objection is the bureau's.
  const MeasureEvent* lifted = measure.Last(MeasureAct::kLifted);
  row->overdue +=
      std::any_of(measure.clocks.begin(), measure.clocks.end(), [&](const Clock& clock) {
        const bool of_lifting =
            lifted != nullptr && !lifted->clocks.empty() && lifted->clocks.front().key == clock.key;
        const bool of_objection = clock.key == measure.terms.objection_clock;
        const bool owed = (state == MeasureState::kLifting) == of_lifting && !of_objection;
        return owed && clock.done == absl::InfiniteFuture() && clock.due.known() &&
               span.to > clock.due.due;
      });
}

bool IsEmpty(const StatisticsRow& row) {
  return row.ordered + row.acknowledged + row.acknowledged_late + row.reported + row.reported_late +
             row.objected + row.withdrawn + row.lifted + row.confirmed + row.open ==
         0;
}

}  // namespace

Times TimesOf(std::vector<absl::Duration> durations) {
  Times times;
  if (durations.empty()) return times;
  std::sort(durations.begin(), durations.end());
  times.count = static_cast<int64_t>(durations.size());
  times.median = durations[(durations.size() - 1) / 2];
  times.percentile_95 = durations[(durations.size() * 95 + 99) / 100 - 1];
  return times;
}

std::vector<StatisticsRow> CountMeasures(const std::vector<Measure>& measures, const Span& span) {
  std::map<std::pair<std::string, std::string>, StatisticsRow> rows;
  for (const Measure& measure : measures) {
    StatisticsRow& row = rows[{measure.system, measure.item}];
    row.system = measure.system;
    row.item = measure.item;
    // As the latest order calls them.
    row.department_title = measure.department_title;
    row.title = measure.title;
    CountDuties(measure, span, &row);
    CountEnd(measure, span, &row);
  }
  std::vector<StatisticsRow> counted;
  for (auto& [key, row] : rows) {
    if (!IsEmpty(row)) counted.push_back(std::move(row));
  }
  return counted;
}

}  // namespace shian::sanction
