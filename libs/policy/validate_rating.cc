// Rating policies.
#include <algorithm>
#include <set>
#include <string>

#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/rating.pb.h"

namespace shian::policy {
namespace {

constexpr int64_t kPointsMax = 1'000'000'000;

void ValidateFactor(const Node& factor, int64_t table_max) {
  factor.Text("attribute", limits::kIdCharsMax);
  factor.Present("items");
  factor.Range("unknown_points_milli", 0, table_max);
  int64_t last = 0;
  bool open = false;
  for (const Node& item : factor.Each("items")) {
    const auto& value = item.As<v1::StaticItem>();
    item.Range("points_milli", 0, table_max);
    if (!value.value().empty()) continue;
    if (open || (value.up_to() != 0 && value.up_to() <= last)) {
      item.Wrong("up_to", {"must rise; the row without a bound stands last",
                           "上限应递增，无上限的一行应在最后"});
    }
    open = value.up_to() == 0;
    last = value.up_to();
  }
}

void ValidateDynamic(const Node& dynamic) {
  dynamic.Range("key_item_weight", 1, 100);
  dynamic.Range("general_item_weight", 1, 100);
  dynamic.Range("window_months", 1, 120);
  dynamic.Present("check_kinds");
}

void ValidateFindings(const Node& findings) {
  for (const char* field :
       {"key_failed_milli", "general_failed_milli", "slight_failed_milli", "nonconforming_milli"}) {
    findings.Range(field, 0, kPointsMax);
  }
  findings.Range("half_life_days", 0, 36'500);
  findings.Range("window_months", 1, 120);
  findings.Present("check_kinds");
}

void ValidateBands(const Node& root, int64_t sum_max) {
  root.Present("bands");
  int64_t last = -1;
  std::set<int> grades;
  for (const Node& band : root.Each("bands")) {
    const auto& value = band.As<v1::GradeBand>();
    band.Present("grade");
    if (value.upper_milli() <= last) band.Wrong("upper_milli", {"must rise", "上限应递增"});
    if (!grades.insert(value.grade()).second) band.Wrong("grade", {"stands twice", "等级重复"});
    last = value.upper_milli();
    if (band.Present("frequency")) band.Child("frequency").Range("per_months", 1, 120);
  }
  if (last != sum_max && !root.As<v1::RatingPolicy>().bands().empty()) {
    root.Wrong("bands", {"must end at static_max_milli + dynamic_max_milli",
                         "最后一级上限应等于静态与动态分值上限之和"});
  }
}

// A tag is a word of capitals, as other services' enumerations have them.
void ValidateTags(const Node& adjustment, const char* field,
                  const google::protobuf::RepeatedPtrField<std::string>& tags) {
  if (tags.size() > limits::kTagsMax) {
    adjustment.Wrong(field, {"has too many", "标签过多"});
  }
  for (int i = 0; i < tags.size(); ++i) {
    const bool good = !tags[i].empty() && tags[i].size() <= limits::kIdCharsMax &&
                      std::all_of(tags[i].begin(), tags[i].end(), [](char c) {
                        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                      });
    if (!good) adjustment.Wrong(field, {"must be A-Z 0-9 _", "应为大写字母、数字或_"}, i);
  }
}

void ValidateAdjustment(const Node& adjustment) {
  const auto& value = adjustment.As<v1::GradeAdjustment>();
  adjustment.Text("event", limits::kIdCharsMax);
  adjustment.Text("title_zh", limits::kTitleCodePointsMax);
  adjustment.Present("mark");
  adjustment.Basis("legal_basis");
  ValidateTags(adjustment, "requires_all", value.requires_all());
  ValidateTags(adjustment, "requires_any", value.requires_any());
  switch (value.effect_case()) {
    case v1::GradeAdjustment::kUp:
      adjustment.Range("up", 1, 3);
      adjustment.Text("way_back_zh", limits::kNoteCodePointsMax);
      break;
    case v1::GradeAdjustment::kDown:
      adjustment.Range("down", 1, 3);
      break;
    case v1::GradeAdjustment::kSet:
      adjustment.Present("set");
      adjustment.Text("way_back_zh", limits::kNoteCodePointsMax);
      break;
    case v1::GradeAdjustment::EFFECT_NOT_SET:
      adjustment.Wrong("event", {"has no effect: up, down or set", "未设定上调、下调或直接评定"});
  }
}

}  // namespace

void ValidateRating(const Node& root) {
  const auto& policy = root.As<v1::RatingPolicy>();
  root.Range("static_max_milli", 0, kPointsMax);
  root.Range("dynamic_max_milli", 1, kPointsMax);
  root.Unique("static_tables", "key");
  for (const Node& table : root.Each("static_tables")) {
    table.Text("key", limits::kIdCharsMax);
    table.Present("operator_kinds");
    table.Present("mark");
    for (const Node& factor : table.Each("factors")) {
      ValidateFactor(factor, policy.static_max_milli());
    }
  }
  if (policy.has_dynamic() == policy.has_findings()) {
    root.Wrong("dynamic", {"exactly one of dynamic and findings is needed",
                           "dynamic与findings应且仅应设定一个"});
  }
  if (policy.has_dynamic()) ValidateDynamic(root.Child("dynamic"));
  if (policy.has_findings()) ValidateFindings(root.Child("findings"));
  ValidateBands(root, policy.static_max_milli() + policy.dynamic_max_milli());
  root.Unique("adjustments", "event");
  for (const Node& adjustment : root.Each("adjustments")) ValidateAdjustment(adjustment);
  root.Present("bounds");
  root.Present("annual");
  root.Present("unrated");
}

}  // namespace shian::policy
