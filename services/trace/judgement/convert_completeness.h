// Between the proto of completeness, the policy and the domain.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/completeness.h"
#include "services/trace/judgement/evidence.h"
#include "shian/trace/v1/completeness.pb.h"

namespace shian::trace::judgement {

struct CompletenessQuestion {
  std::string region;                  // empty: the caller's
  std::vector<std::string> operators;  // each once
  std::vector<std::string> gtin_prefixes;
  Period period;
  absl::Time known_at = absl::InfiniteFuture();
};
absl::StatusOr<CompletenessQuestion> ToQuestion(const v1::GetCompletenessRequest& in);

v1::CompletenessRate ToProto(const Share& share, int64_t target_ppm);

}  // namespace shian::trace::judgement
