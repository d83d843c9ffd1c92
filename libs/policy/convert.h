// From policy messages to the plain structs that the domain uses, and deadlines to the API.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/calendar/calendar.h"
#include "libs/calendar/rule.h"
#include "shian/common/v1/legal.pb.h"
#include "shian/policy/v1/calendar.pb.h"
#include "shian/policy/v1/deadline.pb.h"

namespace shian::policy {

// Adds one notice to a calendar in the making; notices merge by date.
void AddNotice(const v1::Calendar& notice, calendar::Calendar::Parts* parts);

// NOT_FOUND when the table has no such key.
absl::StatusOr<calendar::Rule> ToRule(const v1::DeadlineTable& table, absl::string_view key,
                                      absl::string_view revision);

calendar::Unit ToUnit(common::v1::PeriodUnit unit);
common::v1::PeriodUnit ToProto(calendar::Unit unit);
errors::Basis ToBasis(const common::v1::LegalBasis& basis);

// A clock as the API shows it, in the language of `locale` ("zh-CN" or "en"). `done` is when the
// act that ends it was done, InfiniteFuture while it runs.
common::v1::Deadline ToProto(const calendar::Rule& rule, absl::Time start, const calendar::Due& due,
                             const std::vector<calendar::Suspension>& suspensions, absl::Time done,
                             absl::string_view locale);

}  // namespace shian::policy
