// Between the proto of traceability, the policy and the domain.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/traceability.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/trace/v1/traceability.pb.h"

namespace shian::trace::judgement {

struct TraceabilityQuestion {
  std::string operator_;
  absl::Time as_of;
  absl::Time known_at = absl::InfiniteFuture();
};
absl::StatusOr<TraceabilityQuestion> ToQuestion(const v1::CheckTraceabilityRequest& in,
                                                absl::Time now);

TraceabilityRule ToRule(const policy::v1::TraceabilityGate& gate);

// Parts and score; the shares are in the order of the rule's parts.
void Fill(const TraceabilityRule& rule, const std::vector<Share>& shares,
          v1::CheckTraceabilityResponse* out);

}  // namespace shian::trace::judgement
