// CellReader: from the text of one cell to a value, or the rule it breaks.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/text.h"
#include "services/registry/operator/limits.h"
#include "services/registry/operator/row.h"

namespace shian::registry {
namespace {

std::string Shown(absl::string_view cell, CellReader::Show show) {
  if (show == CellReader::Show::kName) return MaskName(cell);
  if (show == CellReader::Show::kCode) return MaskCode(cell);
  if (!IsValidUtf8(cell)) return "";
  std::string out;
  size_t points = 0;
  for (const char c : cell) {
    const bool first_byte = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (first_byte && points++ == limits::kQuotedMax) break;
    if (static_cast<unsigned char>(c) >= 0x20) out.push_back(c);
  }
  return out;
}

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

errors::Rule NumberRule() {
  return {"must be a whole number in range", "应为范围内的整数", "NUMBER_INVALID"};
}

// "115.029" as millionths, without a detour through floating point.
std::optional<int64_t> Microdegrees(absl::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const absl::string_view whole = text.substr(0, dot);
  const absl::string_view decimals =
      dot == absl::string_view::npos ? absl::string_view() : text.substr(dot + 1);
  if (!AllDigits(whole) || whole.size() > 3) return std::nullopt;
  if (dot != absl::string_view::npos && !AllDigits(decimals)) return std::nullopt;
  if (decimals.size() > limits::kDecimalsMax) return std::nullopt;
  int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (size_t i = 0; i < limits::kDecimalsKept; ++i) {
    value = value * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  }
  return negative ? -value : value;
}

}  // namespace

errors::Rule RequiredRule() { return {"is required", "不能为空", "REQUIRED"}; }
errors::Rule RegionOutsideRule() {
  return {"lies outside of the import's division", "不在本次导入的行政区划内", "REGION_OUTSIDE"};
}
errors::Rule SourceIdRepeatedRule() {
  return {"stands twice in this chunk", "在同一批次中重复", "SOURCE_ID_REPEATED"};
}
errors::Rule DateOrderRule() {
  return {"must not lie before the first day", "不得早于起始日期", "DATE_ORDER"};
}

void CellReader::Wrong(absl::string_view field, errors::Rule rule, absl::string_view cell,
                       Show show) {
  violations_.push_back({std::string(field), std::move(rule), Shown(cell, show)});
}

std::string CellReader::Text(absl::string_view field, absl::string_view cell, size_t max,
                             bool required, Show show) {
  if (CountCodePoints(cell) > max + limits::kQuotedMax) {
    Wrong(field, {"is too long", "过长", "TEXT_TOO_LONG"}, "", show);
    return "";
  }
  absl::StatusOr<std::string> text = NormaliseText(cell, max);
  if (!text.ok()) {
    const bool too_long = IsValidUtf8(cell) && CountCodePoints(cell) > max;
    Wrong(field,
          too_long ? errors::Rule{"is too long", "过长", "TEXT_TOO_LONG"}
                   : errors::Rule{"has broken or invisible characters", "含无效或不可见字符",
                                  "TEXT_INVALID"},
          cell, show);
    return "";
  }
  if (required && text->empty()) Wrong(field, RequiredRule(), "");
  return *std::move(text);
}

std::optional<Date> CellReader::Day(absl::string_view field, absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  if (cell.empty()) return std::nullopt;
  const std::string dashed = absl::StrReplaceAll(cell, {{"/", "-"}});
  absl::StatusOr<Date> date = ParseDate(dashed);
  if (date.ok() && date->year() >= 1900 && date->year() <= 2999) return *date;
  Wrong(field,
        {"is no date of the form 2025-03-03", "应为2025-03-03形式的有效日期", "DATE_INVALID"},
        cell);
  return std::nullopt;
}

std::optional<int64_t> CellReader::Whole(absl::string_view field, absl::string_view cell,
                                         int64_t max) {
  cell = absl::StripAsciiWhitespace(cell);
  if (cell.empty()) return std::nullopt;
  int64_t value = 0;
  if (AllDigits(cell) && absl::SimpleAtoi(cell, &value) && value <= max) return value;
  Wrong(field, NumberRule(), cell);
  return std::nullopt;
}

std::optional<int32_t> CellReader::Degrees(absl::string_view field, absl::string_view cell,
                                           int limit) {
  cell = absl::StripAsciiWhitespace(cell);
  if (cell.empty()) return std::nullopt;
  const std::optional<int64_t> value = Microdegrees(cell);
  const int64_t bound = int64_t{limit} * limits::kMicrodegrees;
  if (value && *value >= -bound && *value <= bound) return static_cast<int32_t>(*value);
  Wrong(field, {"is no coordinate in degrees", "应为以度表示的坐标", "COORDINATE_INVALID"}, cell);
  return std::nullopt;
}

bool CellReader::Flag(absl::string_view field, absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  if (cell.empty() || cell == "否" || cell == "false") return false;
  if (cell == "是" || cell == "true") return true;
  Wrong(field, {"is neither yes nor no", "应为“是”或“否”", "FLAG_INVALID"}, cell);
  return false;
}

std::vector<std::string> CellReader::List(absl::string_view field, absl::string_view cell,
                                          size_t count_max, size_t bytes_max) {
  const std::string separated =
      absl::StrReplaceAll(cell, {{",", "|"}, {"、", "|"}, {"，", "|"}, {";", "|"}, {"；", "|"}});
  std::vector<std::string> items;
  for (absl::string_view item : absl::StrSplit(separated, '|')) {
    item = absl::StripAsciiWhitespace(item);
    if (item.empty()) continue;
    if (item.size() > bytes_max || !NormaliseText(item, bytes_max).ok()) {
      Wrong(field,
            {"has an item that is too long or broken", "列表中有过长或无效的项", "ITEM_INVALID"},
            item);
      return {};
    }
    if (items.size() == count_max) {
      Wrong(field, {"has too many items", "列表项过多", "ITEMS_TOO_MANY"}, "");
      return {};
    }
    items.push_back(std::string(item));
  }
  return items;
}

}  // namespace shian::registry
