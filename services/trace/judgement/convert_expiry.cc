#include "services/trace/judgement/convert_expiry.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {
namespace {

using errors::Violations;

void CheckDays(int32_t days, int most, const char* field, Violations* wrong) {
  if (days >= 0 && days <= most) return;
  wrong->Add(field, {absl::StrCat("must be 0 to ", most), absl::StrCat("应为0至", most), "RANGE"});
}

common::v1::Date ToDateProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int32_t>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

}  // namespace

absl::StatusOr<ExpiryQuestion> ToQuestion(const v1::ListExpiringRequest& in, absl::Time now) {
  Violations wrong;
  ExpiryQuestion question;
  question.region = in.region();
  CheckRegion(in.region(), &wrong);
  question.operator_ = in.operator_();
  if (!in.operator_().empty()) CheckOperator(in.operator_(), "operator", &wrong);
  CheckDays(in.within_days(), limits::kWithinDaysMax, "within_days", &wrong);
  CheckDays(in.expired_days(), limits::kExpiredDaysMax, "expired_days", &wrong);
  question.as_of = ToDate(capture::ToTime(in.has_as_of(), in.as_of(), now, "as_of", &wrong));
  // Days are kept as text, which orders them within these years only.
  if (question.as_of.year() < limits::kYearMin || question.as_of.year() > limits::kYearMax) {
    wrong.Add("as_of", {"must be of the years 1900 to 2999", "应为1900年至2999年", "RANGE"});
  }
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  question.first = question.as_of - in.expired_days();
  question.last = question.as_of + in.within_days();
  return question;
}

std::vector<NearRule> ToNearRules(const policy::v1::JudgementRule& rule) {
  std::vector<NearRule> rules;
  for (const policy::v1::NearExpiry& near : rule.near_expiries()) {
    rules.push_back({near.shelf_life_days_min(), near.near_days(), static_cast<int>(near.mark())});
  }
  return rules;
}

v1::ExpiringLot ToProto(const Expiry& expiry, const Freshness& freshness) {
  v1::ExpiringLot out;
  out.set_epc(expiry.epc);
  out.set_kind(static_cast<v1::ExpiryKind>(expiry.kind));
  *out.mutable_date() = ToDateProto(expiry.day);
  out.set_days_left(static_cast<int32_t>(freshness.left));
  out.set_state(static_cast<v1::ExpiryState>(freshness.state));
  out.set_shelf_life_days(static_cast<int32_t>(freshness.shelf_life));
  out.set_near_days(static_cast<int32_t>(freshness.rule.near));
  out.set_near_mark(static_cast<policy::v1::RuleMark>(freshness.rule.mark));
  return out;
}

std::string ToText(const ExpiryCut& cut) {
  return absl::StrCat(cut.upto, "/", cut.after.day, "/", cut.after.kind, "/", cut.after.epc);
}

absl::StatusOr<ExpiryCut> ToCut(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 3));
  ExpiryCut cut;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[0], &cut.upto) ||
      !absl::SimpleAtoi(parts[2], &cut.after.kind)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  cut.after.day = parts[1];
  cut.after.epc = parts[3];
  return cut;
}

}  // namespace shian::trace::judgement
