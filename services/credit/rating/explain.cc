#include "services/credit/rating/explain.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace shian::credit {
namespace {

constexpr int64_t kMilli = 1000;

// The grade if the evidence of `rule` were gone.
Grade Without(const Explained& explained, const std::string& rule, const Outcome& outcome) {
  std::set<int64_t> dropped;
  for (const Contribution& contribution : outcome.Contributions()) {
    if (contribution.rule == rule && contribution.evidence != 0) {
      dropped.insert(contribution.evidence);
    }
  }
  Archive archive = explained.archive;
  std::erase_if(archive.evidence,
                [&](const Evidence& evidence) { return dropped.contains(evidence.number); });
  return Determine(explained.rules, archive, explained.version, explained.time, explained.base)
      .grade;
}

std::string PointsText(int64_t milli) {
  return absl::StrFormat("%d.%03d", milli / kMilli, milli % kMilli);
}

// Fewer points give a better band.
void AddPoints(const Rules& rules, const Outcome& outcome, std::vector<WayBack>* ways) {
  if (!IsGraded(outcome.points.grade) || outcome.points.dynamic_milli == 0) return;
  const Band* better = nullptr;
  for (const Band& band : rules.bands) {
    if (band.grade < outcome.points.grade) better = &band;
  }
  if (better == nullptr) return;
  const int64_t excess = outcome.points.total() - better->upper_milli;
  if (excess <= 0 || excess > outcome.points.dynamic_milli) return;
  WayBack way;
  way.rule = "points";
  way.points_milli = excess;
  way.text_zh = absl::StrCat("后续监督检查使动态分值降低", PointsText(excess), "分，分值等级升至",
                             GradeWord(better->grade), "级");
  way.text_en = absl::StrCat("Later inspections lower the dynamic points by ", PointsText(excess),
                             ": the points then give grade ", GradeWord(better->grade));
  const int steps = static_cast<int>(better->grade) - static_cast<int>(outcome.points.grade);
  way.grade = Moved(outcome.grade, steps);
  ways->push_back(std::move(way));
}

// Rules that lower the grade and do not apply yet.
void AddMerits(const Explained& explained, const Outcome& outcome, std::vector<WayBack>* ways) {
  for (const Adjustment& rule : explained.rules.adjustments) {
    const std::vector<Contribution> all = outcome.Contributions();
    const bool applies = std::any_of(all.begin(), all.end(), [&](const Contribution& c) {
      return c.rule == rule.event && c.steps < 0;
    });
    if (rule.steps >= 0 || applies) continue;
    WayBack way;
    way.rule = rule.event;
    way.text_zh = absl::StrCat(rule.title_zh, "的，年度评定时可以下调", -rule.steps, "级");
    way.text_en = absl::StrCat(rule.title_en, ": the yearly grade goes down by ", -rule.steps);
    way.grade = Moved(outcome.base_grade, rule.steps);
    if (way.grade < outcome.grade) ways->push_back(std::move(way));
  }
}

const Band* BandOf(const Rules& rules, Grade grade) {
  for (const Band& band : rules.bands) {
    if (band.grade == grade) return &band;
  }
  return nullptr;
}

std::string GradeZh(const Rules& rules, Grade grade) {
  const Band* band = BandOf(rules, grade);
  if (band == nullptr) return "未评级";
  return absl::StrCat(GradeWord(grade), "级（", band->title_zh, "）");
}

std::string ReasonsZh(const std::vector<Contribution>& contributions) {
  std::string text;
  for (const Contribution& c : contributions) {
    if (c.kind != ContributionKind::kAdjustment || (c.steps == 0 && c.set == Grade::kUnspecified)) {
      continue;
    }
    absl::StrAppend(&text, text.empty() ? "" : "；", c.date ? FormatDate(*c.date) : "",
                    c.date ? "，" : "", c.title_zh, "（", c.basis.statute, c.basis.article, "）");
    if (c.set != Grade::kUnspecified) {
      absl::StrAppend(&text, "，直接评定为", GradeWord(c.set), "级");
    } else {
      absl::StrAppend(&text, "，", c.steps > 0 ? "上调" : "下调", std::abs(c.steps), "级");
    }
  }
  return text;
}

std::string ReasonsEn(const std::vector<Contribution>& contributions) {
  std::string text;
  for (const Contribution& c : contributions) {
    if (c.kind != ContributionKind::kAdjustment || (c.steps == 0 && c.set == Grade::kUnspecified)) {
      continue;
    }
    absl::StrAppend(&text, text.empty() ? "" : "; ", c.title_en,
                    c.date ? absl::StrCat(" on ", FormatDate(*c.date)) : "");
    if (c.set != Grade::kUnspecified) {
      absl::StrAppend(&text, " sets ", GradeWord(c.set));
    } else {
      absl::StrAppend(&text, c.steps > 0 ? " up " : " down ", std::abs(c.steps));
    }
  }
  return text;
}

}  // namespace

std::vector<WayBack> WaysBack(const Explained& explained, const Outcome& outcome) {
  std::vector<WayBack> ways;
  std::set<std::string> seen;
  for (const Contribution& contribution : outcome.Contributions()) {
    if (contribution.way_back_zh.empty() || !seen.insert(contribution.rule).second) continue;
    ways.push_back({contribution.way_back_zh, contribution.way_back_en, contribution.rule,
                    Without(explained, contribution.rule, outcome), 0});
  }
  AddPoints(explained.rules, outcome, &ways);
  AddMerits(explained, outcome, &ways);
  std::stable_sort(ways.begin(), ways.end(),
                   [](const WayBack& a, const WayBack& b) { return a.grade < b.grade; });
  return ways;
}

Paragraph ExplainInWords(const Rules& rules, const Outcome& outcome) {
  const Points& points = outcome.points;
  const std::vector<Contribution> contributions = outcome.Contributions();
  Paragraph out;
  out.zh = absl::StrCat("依据", rules.title_zh, "，静态分值", PointsText(points.static_milli),
                        "分，动态分值", PointsText(points.dynamic_milli), "分，分值等级",
                        GradeZh(rules, points.grade), "。");
  out.en = absl::StrCat("Static points ", PointsText(points.static_milli), ", dynamic points ",
                        PointsText(points.dynamic_milli), ", grade by points ",
                        GradeWord(points.grade), ".");
  const std::string reasons = ReasonsZh(contributions);
  if (!reasons.empty()) {
    absl::StrAppend(&out.zh, "调整：", reasons, "。");
    absl::StrAppend(&out.en, " Adjustments: ", ReasonsEn(contributions), ".");
  }
  absl::StrAppend(&out.zh, "结果：", GradeZh(rules, outcome.grade), "。");
  absl::StrAppend(&out.en, " Result: ", GradeWord(outcome.grade), ".");
  return out;
}

}  // namespace shian::credit
