#include "services/trace/judgement/convert_traceability.h"

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {

absl::StatusOr<TraceabilityQuestion> ToQuestion(const v1::CheckTraceabilityRequest& in,
                                                absl::Time now) {
  errors::Violations wrong;
  TraceabilityQuestion question;
  question.operator_ = in.operator_();
  CheckOperator(in.operator_(), "operator", &wrong);
  question.as_of = capture::ToTime(in.has_as_of(), in.as_of(), now, "as_of", &wrong);
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

TraceabilityRule ToRule(const policy::v1::TraceabilityGate& gate) {
  TraceabilityRule rule;
  for (const auto& part : gate.parts()) {
    rule.parts.push_back({static_cast<TraceabilityMeasure>(part.measure()), part.weight(),
                          absl::Hours(part.hours_max())});
  }
  rule.period = absl::Hours(24 * int64_t{gate.period_days()});
  rule.events_min = static_cast<size_t>(gate.events_min());
  rule.events_max = static_cast<size_t>(gate.events_max());
  rule.lots_min = static_cast<size_t>(gate.lots_min());
  rule.score_min_ppm = gate.score_min_ppm();
  return rule;
}

void Fill(const TraceabilityRule& rule, const std::vector<Share>& shares,
          v1::CheckTraceabilityResponse* out) {
  constexpr int64_t kMillion = 1'000'000;
  for (size_t i = 0; i < shares.size(); ++i) {
    const Share& share = shares[i];
    v1::TraceabilityRate& to = *out->add_parts();
    to.set_measure(static_cast<policy::v1::TraceabilityMeasure>(rule.parts[i].measure));
    to.set_total(share.total);
    to.set_good(share.complete);
    if (share.total > 0) to.set_rate_ppm(share.complete * kMillion / share.total);
    to.set_weight(static_cast<int32_t>(rule.parts[i].weight));
    to.set_hours_max(static_cast<int32_t>(absl::ToInt64Hours(rule.parts[i].at_most)));
    for (const std::string& name : share.missing) {
      if (to.missing_size() == static_cast<int>(limits::kListedMax)) break;
      to.add_missing(name);
    }
  }
  if (const auto score = ScorePpm(rule, shares)) out->set_score_ppm(*score);
}

}  // namespace shian::trace::judgement
