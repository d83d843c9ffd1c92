// Counts and times of departments (发起、响应、反馈): a calculation on measures as they were known
// at the end of a span.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/sanction/measure/measure.h"

namespace shian::sanction {

// Half-open.
struct Span {
  absl::Time from;
  absl::Time to;
  bool Has(absl::Time time) const { return from <= time && time < to; }
};

struct Times {
  int64_t count = 0;
  absl::Duration median;
  absl::Duration percentile_95;
};
// The value in the middle, of two the lower one, and the one within which 95 of 100 lie.
Times TimesOf(std::vector<absl::Duration> durations);

struct StatisticsRow {
  std::string system;
  std::string department_title;
  std::string item;
  std::string title;
  int64_t ordered = 0;
  int64_t acknowledged = 0;
  int64_t acknowledged_late = 0;
  int64_t reported = 0;
  int64_t reported_late = 0;
  int64_t applied = 0;
  int64_t objected = 0;
  int64_t withdrawn = 0;
  int64_t lifted = 0;
  int64_t confirmed = 0;
  int64_t open = 0;
  int64_t overdue = 0;
  std::vector<absl::Duration> response;
  std::vector<absl::Duration> feedback;
  std::vector<absl::Duration> lifting;
};

// In the order of department and measure; those with nothing to count are left out. The measures
// hold no event that was recorded after the span, their ends and their clocks.
std::vector<StatisticsRow> CountMeasures(const std::vector<Measure>& measures, const Span& span);

}  // namespace shian::sanction
