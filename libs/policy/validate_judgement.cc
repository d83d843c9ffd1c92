// How captured events are judged.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/judgement.pb.h"

namespace shian::policy {
namespace {

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

bool IsUnitCode(absl::string_view code) {
  constexpr size_t kCharsMax = 3;
  return !code.empty() && code.size() <= kCharsMax &&
         std::all_of(code.begin(), code.end(), [](unsigned char c) {
           return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
         });
}

// "0.001", "1000": what can be multiplied exactly.
bool IsFactor(absl::string_view factor) {
  const size_t point = factor.find('.');
  const absl::string_view whole = factor.substr(0, point);
  const bool has_point = point != absl::string_view::npos;
  const absl::string_view decimals = has_point ? factor.substr(point + 1) : "";
  return !whole.empty() && whole.size() <= limits::kFactorWholeDigitsMax && AllDigits(whole) &&
         decimals.empty() != has_point && decimals.size() <= limits::kFactorDecimalsMax &&
         AllDigits(decimals) && factor.find_first_of("123456789") != absl::string_view::npos;
}

bool IsGtinPrefix(absl::string_view prefix) {
  constexpr size_t kGtinDigits = 14;
  return !prefix.empty() && prefix.size() <= kGtinDigits && AllDigits(prefix);
}

void ValidateUnits(const Node& root) {
  root.Present("units");
  root.Unique("units", "code");
  for (const Node& unit : root.Each("units")) {
    const auto& value = unit.As<v1::MeasureUnit>();
    if (!IsUnitCode(value.code())) {
      unit.Wrong("code", {"must be 1 to 3 of A-Z 0-9", "应为1至3个大写字母或数字"});
    }
    unit.Text("title_zh", limits::kTitleCodePointsMax);
    unit.Present("dimension");
    unit.Present("mark");
    if (!IsFactor(value.factor())) {
      unit.Wrong("factor", {"must be a decimal number above 0 with at most 6 and 12 digits",
                            "应为大于0的小数，整数部分至多6位，小数部分至多12位"});
    }
  }
}

void ValidateMovements(const Node& root) {
  root.Present("movements");
  std::set<std::pair<int, std::string>> taken;  // an empty step: any
  for (const Node& movement : root.Each("movements")) {
    const auto& value = movement.As<v1::Movement>();
    for (const char* field : {"action", "side", "mark"}) movement.Present(field);
    if (taken.contains({value.action(), ""})) {
      movement.Wrong("action", {"is never reached", "前一项已包含该动作"});
    }
    if (value.biz_steps().empty()) taken.emplace(value.action(), "");
    for (int i = 0; i < value.biz_steps_size(); ++i) {
      if (taken.emplace(value.action(), value.biz_steps(i)).second) continue;
      movement.Wrong("biz_steps", {"stands twice", "业务步骤重复"}, i);
    }
  }
}

void ValidateYield(const Node& yield) {
  const auto& value = yield.As<v1::YieldRule>();
  yield.Text("key", limits::kIdCharsMax);
  yield.Text("title_zh", limits::kTitleCodePointsMax);
  yield.Present("subject");
  yield.Present("mark");
  yield.Range("lowest_ppm", 0, limits::kRatioPpmMax);
  yield.Range("highest_ppm", value.lowest_ppm(), limits::kRatioPpmMax);
  yield.Range("tolerance_ppm", 0, 1'000'000);
  if (value.subject() != v1::BALANCE_SUBJECT_PROCESS && !value.biz_steps().empty()) {
    yield.Wrong("biz_steps", {"belong to a process", "仅适用于生产过程"});
  }
  if (value.subject() == v1::BALANCE_SUBJECT_OPERATOR && !value.gtin_prefixes().empty()) {
    yield.Wrong("gtin_prefixes", {"do not belong to an operator", "不适用于经营者"});
  }
  for (const auto& [field, told] : {std::make_pair("alert_over", value.alert_over()),
                                    std::make_pair("alert_short", value.alert_short())}) {
    if (told && value.subject() == v1::BALANCE_SUBJECT_OPERATOR) {
      yield.Wrong(field, {"does not belong to an operator", "不适用于经营者"});
    }
  }
  for (int i = 0; i < value.gtin_prefixes_size(); ++i) {
    if (IsGtinPrefix(value.gtin_prefixes(i))) continue;
    yield.Wrong("gtin_prefixes", {"must be 1 to 14 digits", "应为1至14位数字"}, i);
  }
}

void ValidateYields(const Node& root) {
  root.Present("yields");
  root.Unique("yields", "key");
  std::map<int, bool> takes_all;
  for (const int subject :
       {v1::BALANCE_SUBJECT_PROCESS, v1::BALANCE_SUBJECT_LOT, v1::BALANCE_SUBJECT_OPERATOR}) {
    takes_all[subject] = false;
  }
  for (const Node& yield : root.Each("yields")) {
    ValidateYield(yield);
    const auto& value = yield.As<v1::YieldRule>();
    bool& all = takes_all[value.subject()];
    if (all) yield.Wrong("key", {"is never reached", "前一项已包含全部情形"});
    all |= value.biz_steps().empty() && value.gtin_prefixes().empty();
  }
  const bool whole =
      std::all_of(takes_all.begin(), takes_all.end(), [](const auto& of) { return of.second; });
  if (!whole) {
    root.Wrong("yields",
               {"the last one of each subject must take all", "每类对象的最后一项应包含全部情形"});
  }
}

void ValidateNearExpiries(const Node& root) {
  root.Present("near_expiries");
  int64_t longer = limits::kShelfLifeDaysMax + 1;
  for (const Node& near : root.Each("near_expiries")) {
    near.Range("shelf_life_days_min", 0, longer - 1);
    near.Range("near_days", 0, limits::kShelfLifeDaysMax);
    near.Present("mark");
    longer = near.As<v1::NearExpiry>().shelf_life_days_min();
  }
  if (longer != 0) {
    root.Wrong("near_expiries", {"the last one must be for any", "最后一项应适用于任何保质期"});
  }
}

// "0", "273.15": IsFactor, or nothing.
bool IsOffset(absl::string_view offset) { return offset == "0" || IsFactor(offset); }

void ValidateTemperatureUnits(const Node& cold) {
  cold.Present("units");
  cold.Unique("units", "code");
  for (const Node& unit : cold.Each("units")) {
    const auto& value = unit.As<v1::TemperatureUnit>();
    if (!IsUnitCode(value.code())) {
      unit.Wrong("code", {"must be 1 to 3 of A-Z 0-9", "应为1至3个大写字母或数字"});
    }
    unit.Text("title_zh", limits::kTitleCodePointsMax);
    if (!IsOffset(value.offset())) {
      unit.Wrong("offset", {"must be a decimal number of at least 0 with at most 6 and 12 digits",
                            "应为不小于0的小数，整数部分至多6位，小数部分至多12位"});
    }
    unit.Range("numerator", 1, limits::kRatioPartMax);
    unit.Range("denominator", 1, limits::kRatioPartMax);
    unit.Present("mark");
  }
}

void ValidateBand(const Node& band) {
  const auto& value = band.As<v1::ColdBand>();
  band.Text("key", limits::kIdCharsMax);
  band.Text("title_zh", limits::kTitleCodePointsMax);
  band.Text("source_zh", limits::kTitleCodePointsMax);
  band.Present("mark");
  for (int i = 0; i < value.gtin_prefixes_size(); ++i) {
    if (IsGtinPrefix(value.gtin_prefixes(i))) continue;
    band.Wrong("gtin_prefixes", {"must be 1 to 14 digits", "应为1至14位数字"}, i);
  }
  const bool low = value.has_lowest_millicelsius(), high = value.has_highest_millicelsius();
  if (!low && !high) {
    band.Wrong("highest_millicelsius",
               {"or lowest_millicelsius is required", "温度上限、下限至少填其一"});
  }
  if (low) {
    band.Range("lowest_millicelsius", limits::kMillicelsiusMin, limits::kMillicelsiusMax);
  }
  if (high) {
    band.Range("highest_millicelsius", low ? value.lowest_millicelsius() : limits::kMillicelsiusMin,
               limits::kMillicelsiusMax);
  }
  band.Range("samples_min", 1, limits::kColdSamplesMax);
  band.Range("stay_seconds_min", 1, limits::kSecondsOfDay);
  band.Range("gap_seconds_max", 1, limits::kSecondsOfWeek);
}

void ValidateColdChain(const Node& cold) {
  const auto& value = cold.As<v1::ColdChain>();
  cold.Present("sensor_types");
  ValidateTemperatureUnits(cold);
  cold.Present("bands");
  cold.Unique("bands", "key");
  for (const Node& band : cold.Each("bands")) ValidateBand(band);
  if (!value.bands().empty() && !value.bands().rbegin()->gtin_prefixes().empty()) {
    cold.Wrong("bands", {"the last one must take all", "最后一项应包含全部情形"});
  }
  cold.Range("clock_tolerance_seconds", 0, limits::kSecondsOfDay);
}

void ValidateTraceability(const Node& gate) {
  gate.Present("parts");
  std::set<int> measures;
  for (const Node& part : gate.Each("parts")) {
    part.Present("measure");
    if (!measures.insert(part.As<v1::TraceabilityPart>().measure()).second) {
      part.Wrong("measure", {"stands twice", "评分项重复"});
    }
    part.Range("weight", 1, limits::kWeightMax);
    const bool timely =
        part.As<v1::TraceabilityPart>().measure() == v1::TRACEABILITY_MEASURE_TIMELY;
    part.Range("hours_max", timely ? 1 : 0, timely ? limits::kHoursOfYear : 0);
    part.Present("mark");
  }
  gate.Range("period_days", 1, limits::kDaysOfYear);
  gate.Range("events_max", 1, limits::kScoredEventsMax);
  gate.Range("events_min", 1, gate.As<v1::TraceabilityGate>().events_max());
  gate.Range("lots_min", 1, limits::kScoredEventsMax);
  gate.Range("score_min_ppm", 1, 1'000'000);
  gate.Text("source_zh", limits::kTitleCodePointsMax);
  gate.Present("mark");
}

}  // namespace

void ValidateJudgement(const Node& root) {
  ValidateUnits(root);
  ValidateMovements(root);
  ValidateYields(root);
  ValidateNearExpiries(root);
  if (root.Present("cold_chain")) ValidateColdChain(root.Child("cold_chain"));
  // Absent where nobody's honours hang on it.
  if (root.As<v1::JudgementRule>().has_traceability()) {
    ValidateTraceability(root.Child("traceability"));
  }
  if (!root.Present("completeness")) return;
  const Node target = root.Child("completeness");
  target.Range("subject_ppm", 1, 1'000'000);
  target.Range("item_ppm", 1, 1'000'000);
  target.Text("source_zh", limits::kTitleCodePointsMax);
  target.Present("mark");
}

}  // namespace shian::policy
