// Calendars, deadline tables and approval chains.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/base/time.h"
#include "libs/base/views.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/calendar.pb.h"
#include "shian/policy/v1/deadline.pb.h"

namespace shian::policy {
namespace {

void ValidateOff(const Node& off, std::set<Date>* days) {
  const auto& value = off.As<v1::HolidayPeriod>();
  off.Text("name", limits::kTitleCodePointsMax);
  if (!off.Present("from") || !off.DateText("from") || !off.DateText("to")) return;
  const Date from = *ParseDate(value.from());
  const Date to = value.to().empty() ? from : *ParseDate(value.to());
  constexpr int kHolidayDaysMax = 60;
  if (to < from || to - from > kHolidayDaysMax) {
    return off.Wrong("to", {"must be 0 to 60 days after from", "应在from之后0至60日内"});
  }
  for (Date day = from; day <= to; ++day) {
    if (!days->insert(day).second) {
      off.Wrong("from", {absl::StrCat(FormatDate(day), " is named twice"),
                         absl::StrCat(FormatDate(day), "重复列出")});
    }
  }
}

void ValidateWorked(const Node& worked, std::set<Date>* days) {
  worked.Text("name", limits::kTitleCodePointsMax);
  if (!worked.Present("date") || !worked.DateText("date")) return;
  const Date date = *ParseDate(worked.As<v1::WorkedDay>().date());
  const absl::Weekday weekday = absl::GetWeekday(date);
  if (weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday) {
    worked.Wrong("date", {"is no weekend day", "不是周末"});
  }
  if (!days->insert(date).second) {
    worked.Wrong("date", {"is named twice", "重复列出"});
  }
}

void ValidateRule(const Node& rule, const std::string& prefix) {
  const auto& value = rule.As<v1::DeadlineRule>();
  if (!absl::StartsWith(ToAbsl(value.key()), ToAbsl(prefix)) || value.key() == prefix) {
    rule.Wrong("key", {absl::StrCat("must begin with \"", prefix, "\""),
                       absl::StrCat("应以“", prefix, "”开头")});
  }
  rule.Text("title_zh", limits::kTitleCodePointsMax);
  rule.Text("starts_from", limits::kTitleCodePointsMax);
  rule.Range("count", 1, limits::kDeadlineCountMax);
  rule.Present("unit");
  if (value.unit() != common::v1::PERIOD_UNIT_HOURS) rule.Present("last_day");
  rule.Present("mark");
  rule.Basis("legal_basis");
  if (value.has_extension()) {
    const Node extension = rule.Child("extension");
    extension.Range("count", 0, limits::kDeadlineCountMax);
    extension.Range("times_max", 1, limits::kDeadlineCountMax);
    extension.Text("condition", limits::kTitleCodePointsMax);
  }
}

// Each reaches further, later than the one before.
void ValidateRungs(const Node& root) {
  const auto& table = root.As<v1::DeadlineTable>();
  if (table.rungs_size() > limits::kRungsMax) {
    root.Wrong("rungs", {absl::StrCat("must be at most ", limits::kRungsMax),
                         absl::StrCat("不能超过", limits::kRungsMax, "级")});
  }
  const v1::EscalationRung* before = nullptr;
  for (const Node& rung : root.Each("rungs")) {
    const auto& value = rung.As<v1::EscalationRung>();
    rung.Range("count", 0, limits::kDeadlineCountMax);
    rung.Present("unit");
    rung.Text("post", limits::kIdCharsMax);
    rung.Text("title_zh", limits::kTitleCodePointsMax);
    rung.Present("mark");
    if (before != nullptr && value.unit() != before->unit()) {
      rung.Wrong("unit", {"must be that of the rung before", "应与前一级相同"});
    }
    if (before != nullptr && value.count() <= before->count()) {
      rung.Wrong("count", {"must be more than at the rung before", "应大于前一级"});
    }
    before = &value;
  }
}

// The acts that stand before the one at `index`.
std::set<std::string> Earlier(const v1::ApprovalChain& chain, int index) {
  std::set<std::string> acts;
  for (int i = 0; i < index; ++i) acts.insert(chain.acts(i).act());
  return acts;
}

void ValidateAct(const Node& act, const v1::ApprovalChain& chain, int index) {
  const auto& value = act.As<v1::ApprovalAct>();
  act.Text("act", limits::kIdCharsMax);
  act.Text("title_zh", limits::kTitleCodePointsMax);
  act.Present("posts");
  act.Present("mark");
  act.Basis("legal_basis");
  const std::set<std::string> earlier = Earlier(chain, index);
  for (int i = 0; i < value.after_size(); ++i) {
    if (earlier.contains(value.after(i))) continue;
    act.Wrong("after", {"names no earlier act", "所列环节不在其之前"}, i);
  }
  const std::set<std::string> all = Earlier(chain, chain.acts_size());
  for (int i = 0; i < value.kept_apart_from_size(); ++i) {
    if (all.contains(value.kept_apart_from(i)) && value.kept_apart_from(i) != value.act()) continue;
    act.Wrong("kept_apart_from", {"names no other act", "所列环节不存在"}, i);
  }
}

}  // namespace

void ValidateCalendar(const Node& root) {
  const auto& calendar = root.As<v1::Calendar>();
  std::set<Date> days;
  for (const Node& off : root.Each("off")) ValidateOff(off, &days);
  for (const Node& worked : root.Each("worked")) ValidateWorked(worked, &days);
  for (int i = 0; i < calendar.fixed_holidays_size(); ++i) {
    if (ParseDate(absl::StrCat("2024-", calendar.fixed_holidays(i))).ok()) continue;
    root.Wrong("fixed_holidays", {"must be MM-DD", "应为MM-DD格式"}, i);
  }
  if (calendar.years().empty() && calendar.fixed_holidays().empty()) {
    root.Wrong("years", {"is required unless fixed_holidays are given", "未列年度"});
  }
}

void ValidateDeadlines(const Node& root) {
  const auto& table = root.As<v1::DeadlineTable>();
  constexpr absl::string_view kPrefix = "deadline.";
  if (!absl::StartsWith(ToAbsl(table.header().id()), kPrefix)) {
    root.Child("header").Wrong("id", {"must begin with \"deadline.\"", "应以“deadline.”开头"});
    return;
  }
  root.Present("rules");
  root.Unique("rules", "key");
  const std::string prefix = absl::StrCat(table.header().id().substr(kPrefix.size()), ".");
  for (const Node& rule : root.Each("rules")) ValidateRule(rule, prefix);
  ValidateRungs(root);
}

void ValidateApproval(const Node& root) {
  root.Present("acts");
  root.Unique("acts", "act");
  int index = 0;
  for (const Node& act : root.Each("acts")) {
    ValidateAct(act, root.As<v1::ApprovalChain>(), index++);
  }
}

}  // namespace shian::policy
