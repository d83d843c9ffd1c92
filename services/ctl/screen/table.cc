#include "services/ctl/screen/table.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

constexpr double kScoreMax = 1000;

const std::vector<std::string> kCodeHeaders = {
    "统一社会信用代码", "社会信用代码", "信用代码", "code", "uscc", "代码"};
const std::vector<std::string> kNameHeaders = {"名称",     "企业名称", "单位名称", "主体名称",
                                               "公司名称", "name",     "query"};

absl::StatusOr<std::optional<size_t>> FindColumn(const CsvTable& table, const std::string& given,
                                                 const std::vector<std::string>& usual) {
  if (!given.empty()) {
    const auto column = table.Column(given);
    if (!column) return absl::InvalidArgumentError(absl::StrCat("the table has no column ", given));
    return column;
  }
  for (const std::string& header : usual) {
    if (const auto column = table.Column(header)) return column;
  }
  return std::optional<size_t>();
}

std::string CellOf(const CsvRow& row, const std::optional<size_t>& column) {
  if (!column || *column >= row.cells.size()) return "";
  return std::string(absl::StripAsciiWhitespace(row.cells[*column]));
}

std::string BandText(pb::Band band) {
  switch (band) {
    case pb::BAND_SAME:
      return "同一主体";
    case pb::BAND_REVIEW:
      return "需人工核对";
    case pb::BAND_RELATED:
      return "关联主体";
    default:
      return "";
  }
}

std::string StateText(pb::EntryState state) {
  switch (state) {
    case pb::ENTRY_STATE_IN_FORCE:
      return "公示中";
    case pb::ENTRY_STATE_REPAIRED:
      return "信用修复移出";
    case pb::ENTRY_STATE_EXPIRED:
      return "期满移出";
    case pb::ENTRY_STATE_ANNULLED:
      return "已撤销";
    default:
      return "";
  }
}

std::string DateText(const pb::Match& match) {
  if (!match.has_until_date()) return "";
  const auto& date = match.until_date();
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace

absl::StatusOr<SubjectColumns> FindColumns(const CsvTable& table, const std::string& code,
                                           const std::string& name) {
  SubjectColumns columns;
  ASSIGN_OR_RETURN(columns.code, FindColumn(table, code, kCodeHeaders));
  ASSIGN_OR_RETURN(columns.name, FindColumn(table, name, kNameHeaders));
  if (columns.code || columns.name) return columns;
  return absl::InvalidArgumentError(
      "the table has no column 统一社会信用代码, 名称, code or name; say which with --code-column "
      "and --name-column");
}

pb::ScreenSubject ToSubject(const CsvRow& row, const SubjectColumns& columns) {
  pb::ScreenSubject subject;
  subject.set_client_ref(absl::StrCat(row.line));
  subject.set_code(CellOf(row, columns.code));
  subject.set_name(CellOf(row, columns.name));
  return subject;
}

const std::vector<std::string>& ResultHeader() {
  static const auto& kHeader = *new std::vector<std::string>{
      "是否在列",   "判定",       "得分",         "名单主体", "名单",   "列入情形",
      "法律依据",   "状态",       "届满日",       "条目",     "命中数", "说明",
      "未比对原因", "名单修订号", "比对规则版本", "证据哈希"};
  return kHeader;
}

std::vector<std::string> ResultCells(const pb::ScreenResult& result,
                                     const pb::ScreenStreamResponse& answer) {
  std::vector<std::string> cells = {result.listed() ? "是" : result.problem().empty() ? "否" : ""};
  if (result.matches().empty()) {
    cells.resize(10);
  } else {
    const pb::Match& nearest = result.matches(0);
    cells.insert(
        cells.end(),
        {BandText(nearest.band()), absl::StrFormat("%.3f", nearest.score_milli() / kScoreMax),
         nearest.listed_name(), nearest.list(), nearest.ground(),
         absl::StrCat("《", nearest.legal_basis().statute(), "》", nearest.legal_basis().article()),
         absl::StrCat(StateText(nearest.state()), nearest.disputed() ? "（异议处理中）" : ""),
         DateText(nearest), nearest.entry()});
  }
  const std::string problem =
      result.problem().empty() ? "" : absl::StrCat(result.problem(), " ", result.problem_message());
  cells.insert(cells.end(), {absl::StrCat(result.matches_size(), result.truncated() ? "+" : ""),
                             result.explanation(), problem, absl::StrCat(answer.list_revision()),
                             answer.matcher_version(), HexEncode(answer.evidence_sha256())});
  return cells;
}

void ScreenTotals::Add(const pb::ScreenResult& result) {
  ++rows_;
  if (!result.problem().empty()) ++unanswered_;
  if (result.listed()) ++listed_;
  if (!result.matches().empty()) ++nearest_[result.matches(0).band()];
}

std::string ScreenTotals::ToText() const {
  const auto count = [this](pb::Band band) {
    const auto found = nearest_.find(band);
    return found == nearest_.end() ? 0 : found->second;
  };
  return absl::StrCat(rows_, " rows: ", listed_, " listed, ", count(pb::BAND_REVIEW),
                      " for a person to look at, ", count(pb::BAND_RELATED), " related, ",
                      unanswered_, " not screened");
}

}  // namespace shian::ctl
