// Between the proto of last days, the policy and the domain.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/shelf_life.h"
#include "services/trace/judgement/store.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/trace/v1/expiry.pb.h"

namespace shian::trace::judgement {

struct ExpiryQuestion {
  std::string region;     // empty: the caller's
  std::string operator_;  // empty: any
  Date as_of;
  Date first, last;  // days of the list
  absl::Time known_at = absl::InfiniteFuture();
};
absl::StatusOr<ExpiryQuestion> ToQuestion(const v1::ListExpiringRequest& in, absl::Time now);

std::vector<NearRule> ToNearRules(const policy::v1::JudgementRule& rule);

// Without the event's name and the places.
v1::ExpiringLot ToProto(const Expiry& expiry, const Freshness& freshness);

// Where a page goes on: on the state of the graph that the first one saw.
struct ExpiryCut {
  int64_t upto = 0;
  ExpiryKey after;
};
std::string ToText(const ExpiryCut& cut);
absl::StatusOr<ExpiryCut> ToCut(const std::string& text);

}  // namespace shian::trace::judgement
