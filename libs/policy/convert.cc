#include "libs/policy/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/time.h"
#include "libs/base/views.h"

namespace shian::policy {
namespace {

// Files are checked before they are stored, so a date that does not parse is a fault here.
Date CheckedDate(const std::string& text) {
  const absl::StatusOr<Date> date = ParseDate(text);
  CHECK_OK(date) << text;
  return *date;
}

calendar::MonthDay ToMonthDay(const std::string& text) {
  const Date date = CheckedDate(absl::StrCat("2024-", text));
  return {date.month(), date.day()};
}

void Set(Date date, common::v1::Date* out) {
  out->set_year(static_cast<int>(date.year()));
  out->set_month(date.month());
  out->set_day(date.day());
}

void Set(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = ToMicros(time);
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int>(micros - seconds * 1'000'000) * 1'000);
}

void Set(const calendar::Suspension& suspension, common::v1::Suspension* out) {
  Set(suspension.from, out->mutable_from());
  if (suspension.to != calendar::kRunning) Set(suspension.to, out->mutable_to());
  out->set_reason(suspension.why);
}

}  // namespace

void AddNotice(const v1::Calendar& notice, calendar::Calendar::Parts* parts) {
  for (const v1::HolidayPeriod& off : notice.off()) {
    const Date from = CheckedDate(off.from());
    const Date to = off.to().empty() ? from : CheckedDate(off.to());
    for (Date day = from; day <= to; ++day) {
      parts->changes.push_back({day, true, off.name(), off.name_en()});
    }
  }
  for (const v1::WorkedDay& worked : notice.worked()) {
    parts->changes.push_back({CheckedDate(worked.date()), false, worked.name(), worked.name_en()});
  }
  parts->years.insert(notice.years().begin(), notice.years().end());
  for (const std::string& day : notice.fixed_holidays()) {
    parts->fixed_holidays.insert(ToMonthDay(day));
  }
}

calendar::Unit ToUnit(common::v1::PeriodUnit unit) {
  switch (unit) {
    case common::v1::PERIOD_UNIT_CALENDAR_DAYS:
      return calendar::Unit::kCalendarDays;
    case common::v1::PERIOD_UNIT_HOURS:
      return calendar::Unit::kHours;
    case common::v1::PERIOD_UNIT_MONTHS:
      return calendar::Unit::kMonths;
    case common::v1::PERIOD_UNIT_YEARS:
      return calendar::Unit::kYears;
    default:
      return calendar::Unit::kWorkingDays;
  }
}

common::v1::PeriodUnit ToProto(calendar::Unit unit) {
  switch (unit) {
    case calendar::Unit::kWorkingDays:
      return common::v1::PERIOD_UNIT_WORKING_DAYS;
    case calendar::Unit::kCalendarDays:
      return common::v1::PERIOD_UNIT_CALENDAR_DAYS;
    case calendar::Unit::kHours:
      return common::v1::PERIOD_UNIT_HOURS;
    case calendar::Unit::kMonths:
      return common::v1::PERIOD_UNIT_MONTHS;
    case calendar::Unit::kYears:
      return common::v1::PERIOD_UNIT_YEARS;
  }
  return common::v1::PERIOD_UNIT_UNSPECIFIED;
}

errors::Basis ToBasis(const common::v1::LegalBasis& basis) {
  return {basis.statute(), basis.article()};
}

absl::StatusOr<calendar::Rule> ToRule(const v1::DeadlineTable& table, absl::string_view key,
                                      absl::string_view revision) {
  for (const v1::DeadlineRule& row : table.rules()) {
    if (ToAbsl(row.key()) != key) continue;
    const bool none = row.last_day() == v1::LAST_DAY_RULE_NONE;
    calendar::Rule rule;
    rule.key = row.key();
    rule.title_zh = row.title_zh();
    rule.starts_from = row.starts_from();
    rule.budget = {row.count(), ToUnit(row.unit()),
                   none ? calendar::LastDay::kNone : calendar::LastDay::kExtend};
    rule.basis = ToBasis(row.legal_basis());
    rule.policy_revision = std::string(revision);
    rule.extension_count = row.extension().count();
    rule.extensions_max = row.extension().times_max();
    rule.extension_condition = row.extension().condition();
    return rule;
  }
  return errors::NotFound(absl::StrCat("deadline rule ", key));
}

common::v1::Deadline ToProto(const calendar::Rule& rule, absl::Time start, const calendar::Due& due,
                             const std::vector<calendar::Suspension>& suspensions, absl::Time done,
                             absl::string_view locale) {
  common::v1::Deadline out;
  out.set_rule(rule.key);
  out.set_count(rule.budget.count);
  out.set_unit(ToProto(rule.budget.unit));
  Set(start, out.mutable_start_time());
  if (due.known()) {
    Set(due.due, out.mutable_due_time());
  } else {
    Set(due.date, out.mutable_earliest_date());
  }
  out.set_pending_calendar(due.pending);
  for (const calendar::Suspension& suspension : suspensions) Set(suspension, out.add_suspensions());
  out.set_explanation(locale == "en" ? due.explanation_en : due.explanation_zh);
  out.mutable_legal_basis()->set_statute(rule.basis.statute);
  out.mutable_legal_basis()->set_article(rule.basis.article);
  out.set_policy_revision(rule.policy_revision);
  if (done != absl::InfiniteFuture()) Set(done, out.mutable_done_time());
  return out;
}

}  // namespace shian::policy
