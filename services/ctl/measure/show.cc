#include "services/ctl/measure/show.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace v1 = shian::sanction::v1;

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

const char* StateText(v1::MeasureState state) {
  switch (state) {
    case v1::MEASURE_STATE_ORDERED:
      return "已下达";
    case v1::MEASURE_STATE_ACKNOWLEDGED:
      return "已签收";
    case v1::MEASURE_STATE_REPORTED:
      return "已反馈";
    case v1::MEASURE_STATE_ENDED:
      return "已解除";
    case v1::MEASURE_STATE_OBJECTED:
      return "异议处理中";
    case v1::MEASURE_STATE_LIFTING:
      return "待确认解除";
    case v1::MEASURE_STATE_WITHDRAWN:
      return "已撤回";
    default:
      return "";
  }
}

// Hours with one digit: what an office compares. Empty when nothing was done.
std::string Hours(int64_t count, int64_t seconds) {
  if (count == 0) return "";
  return absl::StrFormat("%d.%d", seconds / 3600, seconds % 3600 / 360);
}

void AddCounts(const v1::MeasureStatistics& row, std::vector<std::string>* cells) {
  for (const int64_t count :
       {row.ordered(), row.acknowledged(), row.acknowledged_late(), row.reported(),
        row.reported_late(), row.applied(), row.objected(), row.withdrawn(), row.lifted(),
        row.confirmed(), row.open(), row.overdue()}) {
    cells->push_back(absl::StrCat(count));
  }
}

void AddTo(const v1::MeasureStatistics& row, v1::MeasureStatistics* sum) {
  sum->set_ordered(sum->ordered() + row.ordered());
  sum->set_acknowledged(sum->acknowledged() + row.acknowledged());
  sum->set_acknowledged_late(sum->acknowledged_late() + row.acknowledged_late());
  sum->set_reported(sum->reported() + row.reported());
  sum->set_reported_late(sum->reported_late() + row.reported_late());
  sum->set_applied(sum->applied() + row.applied());
  sum->set_objected(sum->objected() + row.objected());
  sum->set_withdrawn(sum->withdrawn() + row.withdrawn());
  sum->set_lifted(sum->lifted() + row.lifted());
  sum->set_confirmed(sum->confirmed() + row.confirmed());
  sum->set_open(sum->open() + row.open());
  sum->set_overdue(sum->overdue() + row.overdue());
}

}  // namespace

absl::StatusOr<Month> ParseMonth(absl::string_view text) {
  const auto first = ParseDate(absl::StrCat(text, "-01"));
  if (text.size() != 7 || !first.ok()) {
    return absl::InvalidArgumentError("--month is YYYY-MM, such as 2026-10");
  }
  const Date next = first->month() == 12 ? Date(first->year() + 1, 1, 1)
                                         : Date(first->year(), first->month() + 1, 1);
  return Month{*first, next - 1};
}

std::string CatalogueAsText(const std::vector<v1::MeasureItem>& items) {
  std::string out;
  for (const v1::MeasureItem& item : items) {
    absl::StrAppend(&out, item.active() ? "* " : "- ", item.item(), "  ", item.title(), "  ",
                    item.legal_basis().statute(), item.legal_basis().article(), "  ",
                    item.department_title());
    if (!item.active()) absl::StrAppend(&out, "  （", item.inactive_reason(), "）");
    if (!item.note().empty()) absl::StrAppend(&out, "  注：", item.note());
    out += "\n";
  }
  return out;
}

std::string MeasureLine(const v1::Measure& measure) {
  return absl::StrCat(StateText(measure.state()), "  ", measure.title(), "  ",
                      measure.department_title(), "  ", measure.party().name(), "  ",
                      measure.name(), "\n");
}

std::string ReconciliationAsCsv(absl::string_view month,
                                const std::vector<v1::MeasureStatistics>& rows) {
  std::string out = kByteOrderMark;
  out += CsvLine({"月份",
                  "系统",
                  "部门",
                  "措施编码",
                  "措施",
                  "发起",
                  "按期签收",
                  "逾期签收",
                  "按期反馈",
                  "逾期反馈",
                  "其中已实施",
                  "异议",
                  "异议成立撤回",
                  "解除",
                  "确认解除",
                  "期末未结",
                  "期末逾期",
                  "响应用时中位（小时）",
                  "响应用时95分位（小时）",
                  "反馈用时中位（小时）",
                  "反馈用时95分位（小时）",
                  "解除用时中位（小时）",
                  "解除用时95分位（小时）"});
  v1::MeasureStatistics sum;
  for (const v1::MeasureStatistics& row : rows) {
    std::vector<std::string> cells = {std::string(month), row.system(), row.department_title(),
                                      row.item(), row.title()};
    AddCounts(row, &cells);
    for (const v1::MeasureTimes* times : {&row.response(), &row.feedback(), &row.lifting()}) {
      cells.push_back(Hours(times->count(), times->median_seconds()));
      cells.push_back(Hours(times->count(), times->percentile_95_seconds()));
    }
    out += CsvLine(cells, true);
    AddTo(row, &sum);
  }
  std::vector<std::string> last = {std::string(month), "", "合计", "", ""};
  AddCounts(sum, &last);
  // Medians cannot be added up.
  last.resize(last.size() + 6);
  return out + CsvLine(last);
}

}  // namespace shian::ctl
