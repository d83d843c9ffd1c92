#include "services/ctl/todo/show.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

std::string DateText(const pb::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return FormatTime(absl::FromUnixSeconds(time.seconds()));
}

std::string DueText(const pb::Todo& todo) {
  const pb::Deadline& deadline = todo.deadline();
  if (deadline.has_due_time()) return TimeText(deadline.due_time());
  return absl::StrCat("最早", DateText(deadline.earliest_date()));
}

// How it stands, in two or three characters.
std::string StateText(const pb::Todo& todo) {
  if (todo.overdue()) return "逾期";
  if (!todo.suspended_reason().empty()) return "中止";
  if (todo.deadline().pending_calendar()) return "待日历";
  return todo.right() ? "期间" : "待办";
}

std::string Articles(const pb::Todo& todo) {
  const pb::LegalBasis& basis = todo.deadline().legal_basis();
  return absl::StrCat(basis.statute(), basis.article());
}

std::string Acts(const pb::Todo& todo) {
  return absl::StrJoin(todo.next_acts(), "、",
                       [](std::string* out, const pb::TodoAct& act) { out->append(act.title()); });
}

auto KeyOf(const pb::Todo& todo) {
  const pb::Deadline& deadline = todo.deadline();
  const bool known = deadline.has_due_time();
  return std::make_tuple(!known, known ? deadline.due_time().seconds() : 0,
                         known ? std::string() : DateText(deadline.earliest_date()), todo.name());
}

// Columns on a terminal: a character beyond Latin takes two.
size_t WidthOf(const std::string& text) {
  size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    width += byte >= 0xE0 ? 2 : 1;
  }
  return width;
}

std::string ColumnsOf(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      absl::StrAppend(&out, row[i],
                      last ? "\n" : std::string(widths[i] - WidthOf(row[i]) + 2, ' '));
    }
  }
  return out;
}

}  // namespace

void SortTodos(std::vector<pb::Todo>* todos) {
  std::sort(todos->begin(), todos->end(),
            [](const pb::Todo& a, const pb::Todo& b) { return KeyOf(a) < KeyOf(b); });
}

std::string TodosAsTable(const std::vector<pb::Todo>& todos) {
  std::vector<std::vector<std::string>> rows = {
      {"到期", "状态", "事项", "机构", "经办人", "当事人", "下一步", "名称"}};
  for (const pb::Todo& todo : todos) {
    rows.push_back({DueText(todo), StateText(todo), todo.title(), todo.organisation(),
                    todo.officer(), todo.party_name(), Acts(todo), todo.matter()});
  }
  return ColumnsOf(rows);
}

std::string TodosAsCsv(const std::vector<pb::Todo>& todos) {
  std::string out = kByteOrderMark;
  out += CsvLine({"到期", "状态", "事项", "类别", "机构", "经办人", "行政区划", "当事人", "起算",
                  "期限说明", "法律依据", "中止起", "中止原因", "下一步", "拟制文书", "督办层级",
                  "督办岗位", "名称"});
  for (const pb::Todo& todo : todos) {
    out += CsvLine(
        {DueText(todo), StateText(todo), todo.title(), todo.kind(), todo.organisation(),
         todo.officer(), todo.region(), todo.party_name(), TimeText(todo.deadline().start_time()),
         todo.deadline().explanation(), Articles(todo),
         todo.has_suspended_since_date() ? DateText(todo.suspended_since_date()) : "",
         todo.suspended_reason(), Acts(todo), todo.document(),
         todo.rung() == 0 ? "" : absl::StrCat(todo.rung()), todo.rung_post(), todo.name()},
        true);
  }
  return out;
}

std::string TodosAsJson(const std::vector<pb::Todo>& todos,
                        const std::vector<std::string>& unanswered) {
  nlohmann::ordered_json json = {{"todos", nlohmann::ordered_json::array()},
                                 {"unanswered", unanswered}};
  for (const pb::Todo& todo : todos) {
    json["todos"].push_back(nlohmann::ordered_json::parse(ToJson(todo, false)));
  }
  return json.dump(1) + "\n";
}

}  // namespace shian::ctl
