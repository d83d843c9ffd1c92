// Evidence and policies for the tests of this module.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/credit/archive/evidence.h"
#include "services/credit/rating/determine.h"
#include "services/credit/rating/rules.h"

namespace shian::credit::testing {

inline absl::Time At(int year, int month, int day) { return StartOfDay(Date(year, month, day)); }

// The events of the small policy below.
inline std::vector<Adjustment> SmallAdjustments() {
  const auto rule = [](const char* event, int steps, bool at_once) {
    Adjustment out;
    out.event = event;
    out.title_zh = event;
    out.title_en = event;
    out.steps = steps;
    out.determines_at_once = at_once;
    out.basis = {"试行办法", "第二十四条"};
    if (steps >= 0) out.way_back_zh = "整改后重新评定";
    return out;
  };
  Adjustment listed = rule("blacklisted", 0, true);
  listed.set = Grade::kD;
  listed.while_cause_lasts = true;
  Adjustment clean = rule("clean_years", -1, false);
  clean.years_min = 3;
  Adjustment haccp = rule("haccp_or_gmp", -1, false);
  haccp.while_cause_lasts = true;
  haccp.not_for = {"28"};
  listed.requires_all = {kTagSeriousList};
  Adjustment intentional = rule("penalty_intentional", 2, true);
  intentional.requires_all = {kTagHeavierPenalty};
  intentional.requires_any = {"FINE", "CONFISCATION", "SHUTDOWN"};
  return {rule("sample_failed_national_or_provincial", 1, true),
          intentional,
          rule("adverse_impact", 1, false),
          listed,
          clean,
          haccp};
}

// A small policy of the form of the 2016 measures.
inline Rules SmallRules() {
  Rules rules;
  rules.id = "rating.test";
  rules.revision = std::string(64, 'a');
  rules.title_zh = "测试规则";
  rules.static_max_milli = 40'000;
  rules.dynamic_max_milli = 60'000;
  StaticTable table;
  table.key = "producer";
  table.operator_kinds = {"FOOD_PRODUCER"};
  table.basis = {"试行办法", "第十一条"};
  table.factors = {
      {"licence_category",
       "食品类别",
       {{"01", 0, 13'500, "粮食", 0},
        {"0104", 0, 14'000, "其他粮食", 0},
        {"04", 0, 36'000, "肉", 0}},
       20'000},
      {"floor_area_m2", "面积", {{"", 200, 1'000, "小", 0}, {"", 0, 5'000, "大", 0}}, 1'000}};
  rules.tables = {table};
  rules.dynamic.checklist = ChecklistRule{3, 1};
  rules.dynamic.window_months = 12;
  rules.dynamic.check_kinds = {"ROUTINE", "RANDOM"};
  rules.bands = {{Grade::kA, 30'000, "低"},
                 {Grade::kB, 45'000, "较低"},
                 {Grade::kC, 60'000, "中"},
                 {Grade::kD, 100'000, "高"}};
  rules.adjustments = SmallAdjustments();
  rules.bounds = {2, 1, true};
  rules.static_alone_for_new = true;
  rules.new_months = 12;
  return rules;
}

// The example of points by findings.
inline Rules FindingRules() {
  Rules rules;
  rules.id = "rating.findings";
  rules.revision = std::string(64, 'b');
  rules.dynamic_max_milli = 100'000;
  rules.dynamic.findings = FindingRule{10'000, 5'000, 1'000, 5'000, 365};
  rules.dynamic.window_months = 48;
  rules.dynamic.check_kinds = {"ROUTINE"};
  rules.bands = {{Grade::kA, 3'000, ""},
                 {Grade::kB, 6'000, ""},
                 {Grade::kC, 12'000, ""},
                 {Grade::kD, 100'000, ""}};
  return rules;
}

// An archive that grows as the store would make it grow.
class ArchiveMaker {
 public:
  ArchiveMaker() { archive_.id = OperatorId("op-1"); }

  ArchiveMaker& Describe(absl::Time when, Subject subject) {
    archive_.subjects.push_back({++archive_.version, when, std::move(subject)});
    return *this;
  }
  // Gives the number of the evidence.
  int64_t Add(Evidence evidence) {
    evidence.number = ++archive_.version;
    if (evidence.recorded < evidence.time) evidence.recorded = evidence.time;
    archive_.evidence.push_back(std::move(evidence));
    return archive_.version;
  }
  void Annul(int64_t number, absl::Time when) { Mark(number, &Evidence::annulled, when); }
  void End(int64_t number, absl::Time when) { Mark(number, &Evidence::ended, when); }
  const Archive& get() const { return archive_; }

 private:
  void Mark(int64_t number, std::optional<Closing> Evidence::*mark, absl::Time when) {
    for (Evidence& evidence : archive_.evidence) {
      if (evidence.number == number) evidence.*mark = Closing{when, when, ++archive_.version, "c"};
    }
  }
  Archive archive_;
};

inline Subject MeatProducer() {
  Subject subject;
  subject.kind = "FOOD_PRODUCER";
  subject.licensed_from = Date(2020, 1, 1);
  subject.attributes = {{"licence_category", {"0401"}}, {"floor_area_m2", {"180"}}};
  return subject;
}

inline Evidence Visit(absl::Time when, int key_items, int key_failed, int general_items,
                      int general_failed, const char* kind = "ROUTINE") {
  Evidence evidence;
  evidence.kind = EvidenceKind::kCheck;
  evidence.time = when;
  evidence.recorded = when;
  evidence.findings = {key_items, key_failed, general_items, general_failed, 0, false, kind};
  return evidence;
}

inline Evidence Event(EvidenceKind kind, absl::Time when, Level level = Level::kProvince) {
  Evidence evidence;
  evidence.kind = kind;
  evidence.time = when;
  evidence.recorded = when;
  evidence.level = level;
  if (kind == EvidenceKind::kPenalty) evidence.tags = {kTagHeavierPenalty, "FINE"};
  if (kind == EvidenceKind::kListing) evidence.tags = {kTagSeriousList};
  return evidence;
}

}  // namespace shian::credit::testing
