// Between the proto of judgements, the policy and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/evidence.h"
#include "services/trace/judgement/limits.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/trace/v1/judgement_service.pb.h"

namespace shian::trace::judgement {

// The policy that events are judged by.
inline constexpr char kPolicy[] = "judgement.food";

// A process, as it was asked for.
struct ProcessName {
  std::string transformation;  // its id; or
  std::string event;           // hash of its event
  std::string name() const;
};
ProcessName ReadProcess(const std::string& name, errors::Violations* wrong);

struct BalanceQuestion {
  Subject subject = Subject::kProcess;
  ProcessName process;    // or
  std::string lot;        // canonical; or
  std::string operator_;  // with its period
  Period period;
  absl::Time known_at = absl::InfiniteFuture();
  size_t max_events = 0;
};
absl::StatusOr<BalanceQuestion> ToQuestion(const v1::CheckBalanceRequest& in);

// What the requests of this service share.
void CheckOperator(absl::string_view name, absl::string_view field, errors::Violations* wrong);
// Empty is none.
void CheckRegion(absl::string_view region, errors::Violations* wrong);
// From from_event_time to to_event_time, both required.
template <class In>
Period ReadPeriod(const In& in, errors::Violations* wrong) {
  if (!in.has_from_event_time() || !in.has_to_event_time()) {
    wrong->Add("from_event_time",
               {"is required with to_event_time", "起止时间均不能为空", "REQUIRED"});
    return {};
  }
  const absl::Time from =
      capture::ToTime(true, in.from_event_time(), absl::UnixEpoch(), "from_event_time", wrong);
  const absl::Time to = capture::ToTime(true, in.to_event_time(), from, "to_event_time", wrong);
  if (to < from || to - from > limits::kPeriodMax) {
    wrong->Add("to_event_time", {"must be at most 366 days after from_event_time",
                                 "应不早于from_event_time且相隔不超过366日", "RANGE"});
  }
  return {ToMicros(from), ToMicros(to)};
}

// From from_time to to_time, each of which may be absent.
template <class In>
Period ReadOpenPeriod(const In& in, errors::Violations* wrong) {
  const absl::Time from =
      capture::ToTime(in.has_from_time(), in.from_time(), absl::InfinitePast(), "from_time", wrong);
  const absl::Time to =
      capture::ToTime(in.has_to_time(), in.to_time(), absl::InfiniteFuture(), "to_time", wrong);
  if (to < from) {
    wrong->Add("to_time", {"must not be before from_time", "不得早于from_time", "RANGE"});
  }
  return {ToMicros(from), ToMicros(to)};
}

BalanceRule ToRule(const policy::v1::JudgementRule& rule);

v1::DimensionBalance ToProto(Dimension dimension, const Sums& sums);
// Verdict, obstacle and sums.
void Fill(const Balance& balance, v1::CheckBalanceResponse* out);
// Without the policy's id and revision.
v1::AppliedYield ToProto(const Yield& yield);

}  // namespace shian::trace::judgement
