#ifndef SHIAN_SERVICES_CTL_MEASURE_SHOW_H_
#define SHIAN_SERVICES_CTL_MEASURE_SHOW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "shian/sanction/v1/measure.pb.h"
#include "shian/sanction/v1/measure_catalogue.pb.h"
#include "shian/sanction/v1/measure_statistics.pb.h"

namespace shian::ctl {

// A month as "2026-10".
struct Month {
  Date first;
  Date last;
};
absl::StatusOr<Month> ParseMonth(absl::string_view text);

// A line for each measure: "*" in use, "-" not, and why.
std::string CatalogueAsText(const std::vector<sanction::v1::MeasureItem>& items);
std::string MeasureLine(const sanction::v1::Measure& measure);

// The reconciliation of a month (月度对账表) for a spreadsheet: UTF-8 with a byte order mark, a
// line for each department and measure, a last one with the sums. The same rows give the same
// bytes.
std::string ReconciliationAsCsv(absl::string_view month,
                                const std::vector<sanction::v1::MeasureStatistics>& rows);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_MEASURE_SHOW_H_
