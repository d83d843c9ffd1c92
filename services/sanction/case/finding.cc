#include "services/sanction/case/finding.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// What was found: absent when the rule does not hold.
struct Found {
  std::string explanation;
  std::vector<std::string> cases;
};
using MaybeFound = std::optional<Found>;

std::string Yuan(int64_t fen) {
  constexpr int64_t kFenOfYuan = 100;
  return absl::StrFormat("%d.%02d元", fen / kFenOfYuan, fen % kFenOfYuan);
}

MaybeFound Reaches(const char* what, int64_t value, int64_t threshold, const char* unit) {
  if (value < threshold) return std::nullopt;
  return Found{absl::StrCat(what, value, unit, "，达到", threshold, unit, "以上"), {}};
}

MaybeFound When(bool holds, const char* explanation) {
  return holds ? MaybeFound(Found{explanation, {}}) : std::nullopt;
}

bool IsWithin(absl::Time time, int months, absl::Time now) {
  const absl::CivilSecond at = absl::ToCivilSecond(now, ChinaTime());
  const absl::CivilMonth month = absl::CivilMonth(at) - months;
  // The same day of the earlier month, or its last one.
  const Date last = Date(month + 1) - 1;
  const Date from = std::min(Date(month) + (at.day() - 1), last);
  return ToDate(time) > from && time <= now;
}

Found Counted(const std::vector<const EarlierPenalty*>& counted, int months, const char* what) {
  Found found;
  found.explanation = absl::StrCat(months, "个月内", what, counted.size(), "次");
  for (const EarlierPenalty* one : counted) found.cases.push_back(one->case_name);
  return found;
}

// By when the violation of the case was committed: when it ended, or when it was found at the
// latest.
absl::Time CommittedBy(const Case& c, absl::Time found) {
  const auto& filing = c.events.front().detail.filing;
  if (!filing || !filing->violation_end) return std::min(found, c.events.front().time);
  return std::min(EndOfDay(*filing->violation_end), c.events.front().time);
}

// A case without a stated nature repeats nothing. The year runs from the earlier penalty to the
// violation at hand, however long its case takes.
MaybeFound Repeat(const FindingRule& rule, const Facts* facts,
                  const std::vector<EarlierPenalty>& earlier, absl::Time committed) {
  if (facts == nullptr) return std::nullopt;
  std::vector<const EarlierPenalty*> counted;
  for (const EarlierPenalty& one : earlier) {
    if (one.violation == facts->violation && IsWithin(one.decided, rule.window_months, committed)) {
      counted.push_back(&one);
    }
  }
  if (counted.empty()) return std::nullopt;
  return Counted(counted, rule.window_months, "因同种性质违法行为受过处罚");
}

// A statute's name as officers write it or leave it out: 《中华人民共和国食品安全法》 is
// 食品安全法.
absl::string_view PlainName(absl::string_view statute) {
  statute = absl::StripAsciiWhitespace(statute);
  if (absl::ConsumePrefix(&statute, "《")) absl::ConsumeSuffix(&statute, "》");
  absl::ConsumePrefix(&statute, "中华人民共和国");
  return statute;
}

// 吊销、停产停业等 excluded kinds are what the rule leads to, so they do not count towards it.
bool Counts(const EarlierPenalty& one, const FindingRule& rule) {
  const bool excluded = std::any_of(one.kinds.begin(), one.kinds.end(),
                                    [&](PenaltyKind kind) { return rule.excluded.contains(kind); });
  const bool statute =
      rule.statute.empty() ||
      std::any_of(one.bases.begin(), one.bases.end(), [&](const errors::Basis& basis) {
        return PlainName(basis.statute) == PlainName(rule.statute);
      });
  return statute && !excluded;
}

// The case at hand is the last of them.
MaybeFound Penalties(const FindingRule& rule, const std::vector<EarlierPenalty>& earlier,
                     absl::Time now) {
  std::vector<const EarlierPenalty*> counted;
  for (const EarlierPenalty& one : earlier) {
    if (Counts(one, rule) && IsWithin(one.decided, rule.window_months, now)) {
      counted.push_back(&one);
    }
  }
  if (static_cast<int64_t>(counted.size()) + 1 < rule.threshold) return std::nullopt;
  return Counted(counted, rule.window_months, "（不含本案）受过处罚");
}

MaybeFound Test(const FindingRule& rule, const Case& c, const std::vector<EarlierPenalty>& earlier,
                const Moments& moments) {
  const Event* stated = c.Last(Act::kFactsStated);
  const Facts* facts = stated == nullptr ? nullptr : &*stated->detail.facts;
  if (rule.test == FindingTest::kPenalties) return Penalties(rule, earlier, moments.now);
  if (rule.test == FindingTest::kRepeat) {
    return Repeat(rule, facts, earlier, CommittedBy(c, moments.found));
  }
  if (rule.test == FindingTest::kRevocation) {
    const bool proposed = c.notice() != nullptr &&
                          c.notice()->proposal.kinds.contains(PenaltyKind::kLicenceRevocation);
    return When(proposed, "拟吊销许可证件");
  }
  if (facts == nullptr) return std::nullopt;
  switch (rule.test) {
    case FindingTest::kGoods:
      if (facts->goods_fen < rule.threshold) return std::nullopt;
      return Found{
          absl::StrCat("货值金额", Yuan(facts->goods_fen), "，达到", Yuan(rule.threshold), "以上"),
          {}};
    case FindingTest::kMonths:
      return Reaches("违法行为持续", facts->months, rule.threshold, "个月");
    case FindingTest::kDeaths:
      return Reaches("死亡", facts->deaths, rule.threshold, "人");
    case FindingTest::kIll:
      return Reaches("食源性疾病病例", facts->ill, rule.threshold, "人");
    case FindingTest::kFalseInformation:
      return When(facts->false_information, "提供虚假信息或者隐瞒真实情况");
    case FindingTest::kEvasion:
      return When(facts->evasion, "拒绝、逃避监督检查");
    default:
      return When(facts->sentenced, "因食品安全犯罪被判处有期徒刑以上刑罚");
  }
}

const Event* AnswerTo(const Case& c, const std::string& key) {
  const Event* answer = nullptr;
  for (const Event& event : c.events) {
    if (event.act == Act::kFactsStated || event.act == Act::kNoticeServed) answer = nullptr;
    if (event.act == Act::kFindingAnswered && event.detail.answer->key == key) answer = &event;
  }
  return answer;
}

}  // namespace

std::vector<Finding> FindingsOf(const Case& c, const std::vector<FindingRule>& rules,
                                const std::vector<EarlierPenalty>& earlier,
                                const Moments& moments) {
  std::vector<Finding> findings;
  for (const FindingRule& rule : rules) {
    MaybeFound found = Test(rule, c, earlier, moments);
    if (!found) continue;
    findings.push_back({rule.key, rule.title, rule.consequence, std::move(found->explanation),
                        rule.basis, std::move(found->cases), AnswerTo(c, rule.key)});
  }
  return findings;
}

absl::Status CheckAnswer(const std::vector<Finding>& findings, const std::string& key,
                         const Step& step) {
  for (const Finding& finding : findings) {
    if (finding.key == key) return absl::OkStatus();
  }
  return Refuse(Reason::kFindingNotFound, {}, step.basis);
}

absl::Status CheckAnswered(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.answer != nullptr) continue;
    return Refuse(Reason::kFindingOpen, {{"finding", finding.title}}, finding.basis);
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
