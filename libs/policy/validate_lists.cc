// Lists, measures, publicity, sampling, recalls and draws.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/draw.pb.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/policy/v1/publicity.pb.h"
#include "shian/policy/v1/recall.pb.h"
#include "shian/policy/v1/sampling.pb.h"

namespace shian::policy {
namespace {

void ValidatePeriod(const Node& root, const char* field) {
  if (!root.Present(field)) return;
  const Node period = root.Child(field);
  period.Range("count", 1, limits::kDeadlineCountMax);
  period.Present("unit");
  period.Present("mark");
  period.Basis("legal_basis");
}

// Rows with key and title, each key once.
void ValidateKeyed(const Node& root, const char* field, bool with_basis) {
  root.Unique(field, "key");
  for (const Node& row : root.Each(field)) {
    row.Text("key", limits::kIdCharsMax);
    row.Text("title_zh", limits::kTitleCodePointsMax);
    if (with_basis) row.Basis("legal_basis");
  }
}

void ValidateMeasure(const Node& measure) {
  const auto& value = measure.As<v1::MeasureRule>();
  measure.Text("id", limits::kIdCharsMax);
  measure.Text("title_zh", limits::kTitleCodePointsMax);
  measure.Text("department_zh", limits::kTitleCodePointsMax);
  for (const char* field : {"group", "start", "end", "mark", "list_types"}) measure.Present(field);
  measure.Basis("legal_basis");
  if (value.end() == v1::MEASURE_END_OWN_PERIOD) measure.Range("own_period_months", 1, 1200);
  if (!value.report_clock().empty()) measure.Present("acknowledge_clock");
  if (!value.acknowledge_clock().empty()) measure.Present("objection_clock");
  const bool visits = value.effect() == v1::MEASURE_EFFECT_MORE_VISITS ||
                      value.effect() == v1::MEASURE_EFFECT_FEWER_VISITS;
  if (visits) measure.Range("visits_percent", 1, 1000);
  for (int i = 0; i < value.needs_penalties_size(); ++i) {
    const auto penalty = value.needs_penalties(i);
    if (penalty >= v1::HEAVIER_PENALTY_DOWNGRADE && penalty <= v1::HEAVIER_PENALTY_OCCUPATION_BAN) {
      continue;
    }
    measure.Wrong("needs_penalties",
                  {"must be a kind of penalty that a decision names", "应为处罚决定载明的处罚种类"},
                  i);
  }
  for (int i = 0; i < value.regions_size(); ++i) {
    const std::string& region = value.regions(i);
    if (region.size() == 6 && std::all_of(region.begin(), region.end(), absl::ascii_isdigit)) {
      continue;
    }
    measure.Wrong("regions", {"must be a division code of 6 digits", "应为6位行政区划代码"}, i);
  }
}

void ValidateCategories(const Node& root, const char* field) {
  root.Present(field);
  root.Unique(field, "code");
  for (const Node& category : root.Each(field)) {
    category.Text("title_zh", limits::kTitleCodePointsMax);
    category.Range("fail_rate_ppm", 0, 1'000'000);
    if (category.As<v1::FoodCategory>().code().size() != 2) {
      category.Wrong("code", {"must be two digits", "应为两位数字"});
    }
  }
}

// What a list may do follows from what it rests on.
void ValidateEffect(const Node& root) {
  const auto& rule = root.As<v1::ListRule>();
  root.Present("authority");
  const auto mark = rule.header().mark();
  const bool national = rule.authority() == v1::LIST_AUTHORITY_NATIONAL &&
                        (mark == v1::RULE_MARK_FOUND || mark == v1::RULE_MARK_RECALLED);
  if (rule.joint_effect() && !national) {
    root.Wrong("joint_effect", {"needs a law, a regulation or a central policy",
                                "须有法律、行政法规或者党中央、国务院政策文件依据"});
  }
  if (rule.joint_effect()) root.Present("heavier_penalties");
  if (rule.editions() && !rule.heavier_penalties().empty()) {
    root.Wrong("editions", {"are not for a list with a penalty", "不适用于以处罚为前提的名单"});
  }
  if (rule.joint_effect() || rule.incentive_effect()) root.Present("measure_catalogue");
}

void ValidateDisposals(const Node& root) {
  std::set<int> measures;
  for (const Node& row : root.Each("disposals")) {
    row.Present("measure");
    row.Text("title_zh", limits::kTitleCodePointsMax);
    row.Basis("legal_basis");
    row.Present("mark");
    if (!measures.insert(row.As<v1::RecallDisposalRule>().measure()).second) {
      row.Wrong("measure", {"stands twice", "处置措施重复"});
    }
  }
}

}  // namespace

void ValidateList(const Node& root) {
  const auto& rule = root.As<v1::ListRule>();
  root.Text("list_type", limits::kIdCharsMax);
  root.Text("title_zh", limits::kTitleCodePointsMax);
  ValidateKeyed(root, "grounds", true);
  ValidateKeyed(root, "removal_conditions", true);
  ValidatePeriod(root, "listing_period");
  if (rule.has_early_removal_after()) ValidatePeriod(root, "early_removal_after");
  root.Present("approval_chain");
  ValidateEffect(root);
  if (rule.heavier_penalties().empty()) root.Present("grounds");
  if (!rule.joint_effect()) return;
  if (!root.Present("clocks")) return;
  const Node clocks = root.Child("clocks");
  for (const char* clock : {"statement", "publish", "repair_accept", "repair_decide", "repair_stop",
                            "annulled_withdraw"}) {
    clocks.Present(clock);
  }
}

void ValidateMeasures(const Node& root) {
  root.Present("measures");
  root.Unique("measures", "id");
  root.Present("objection_chain");
  for (const Node& measure : root.Each("measures")) ValidateMeasure(measure);
}

void ValidateSampling(const Node& root) {
  root.Range("samplers_min", 1, 10);
  for (const char* field : {"kinds", "failure_reasons", "reinspection_rejects"}) {
    root.Present(field);
    ValidateKeyed(root, field, false);
  }
  ValidateKeyed(root, "holding_times", true);
  int64_t share = 0;
  for (const Node& reason : root.Each("failure_reasons")) {
    reason.Range("national_share_ppm", 0, 1'000'000);
    reason.Range("recall_class", 0, 3);
    reason.Range("recall_class_severe", 0, 3);
    share += reason.As<v1::FailureReason>().national_share_ppm();
  }
  if (share > 1'000'000) {
    root.Wrong("failure_reasons", {"shares exceed 100 %", "占比合计超过100%"});
  }
  ValidateCategories(root, "sampling_categories");
  ValidateCategories(root, "licence_categories");
}

void ValidateRecall(const Node& root) {
  const auto& rule = root.As<v1::RecallRule>();
  if (rule.has_extension()) {
    const Node extension = root.Child("extension");
    extension.Range("count_max", 1, limits::kRecallExtensionMax);
    extension.Basis("legal_basis");
    extension.Present("mark");
  }
  ValidateDisposals(root);
  root.Present("classes");
  root.Range("record_years", 1, 100);
  std::set<int> classes;
  for (const Node& row : root.Each("classes")) {
    row.Present("recall_class");
    row.Text("title_zh", limits::kTitleCodePointsMax);
    row.Present("start_clock");
    row.Present("finish_clock");
    row.Basis("legal_basis");
    if (!classes.insert(row.As<v1::RecallClassRule>().recall_class()).second) {
      row.Wrong("recall_class", {"stands twice", "级别重复"});
    }
  }
}

void ValidateDraw(const Node& root) {
  root.Present("algorithm");
  root.Range("shares_min", 1, 100);
  root.Range("inspectors_per_operator", 1, 10);
  root.Range("rest_months", 0, 120);
  ValidateKeyed(root, "recusal_grounds", false);
  ValidateKeyed(root, "replacement_grounds", false);
}

namespace {

// The first class that takes a penalty is its class, so the last one takes all.
void ValidateRepairClasses(const Node& root) {
  ValidateKeyed(root, "repair_classes", true);
  bool takes_all = false;
  for (const Node& row : root.Each("repair_classes")) {
    const auto& value = row.As<v1::RepairClass>();
    row.Present("mark");
    row.Present("counted_from");
    ValidateKeyed(row, "conditions", true);
    if (value.has_repairable_after()) ValidatePeriod(row, "repairable_after");
    if (takes_all) row.Wrong("key", {"is never reached", "前一类已包含全部处罚"});
    takes_all |= value.penalty_kinds().empty() && value.fields().empty();
  }
  if (!takes_all) {
    root.Wrong("repair_classes", {"the last one must take all", "最后一类应包含全部处罚"});
  }
}

void ValidateRepairTerms(const Node& terms, bool national) {
  ValidateKeyed(terms, "conditions", true);
  if (terms.As<v1::RepairTerms>().has_reorganisation()) {
    const Node path = terms.Child("reorganisation");
    path.Basis("legal_basis");
    path.Present("mark");
  }
  if (!national) return;
  for (const char* field : {"accept_clock", "decide_clock", "stop_clock", "dispute_clock",
                            "dispute_source_clock", "approval_chain", "publicity_chain"}) {
    terms.Present(field);
  }
}

}  // namespace

void ValidatePublicity(const Node& root) {
  const auto& rule = root.As<v1::PublicityRule>();
  const bool national = rule.province().empty();
  if (root.Present("repair")) ValidateRepairTerms(root.Child("repair"), national);
  if (!national) {
    const bool bare = rule.classes().empty() && rule.repair_classes().empty();
    if (!bare) root.Wrong("province", {"has no classes", "省级文件不设类别"});
    return;
  }
  ValidateRepairClasses(root);
  root.Present("classes");
  ValidateKeyed(root, "classes", true);
  bool takes_all = false;
  for (const Node& row : root.Each("classes")) {
    row.Present("mark");
    row.Range("fine_fen_max", 0, std::numeric_limits<int64_t>::max());
    const auto& value = row.As<v1::PublicityClass>();
    if (takes_all) row.Wrong("key", {"is never reached", "前一类已包含全部处罚"});
    takes_all |= value.penalty_kinds().empty() && value.fine_fen_max() == 0;
  }
  if (!takes_all) root.Wrong("classes", {"the last one must take all", "最后一类应包含全部处罚"});
}

}  // namespace shian::policy
