// Between the proto of the cold chain, the policy and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/cold_chain.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/refusal.h"
#include "services/trace/judgement/store_refusal.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/trace/v1/cold_chain_service.pb.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::trace::judgement {

struct ColdQuestion {
  std::string epc;  // canonical; or
  ProcessName process;
  Period period;
  std::string band;  // empty: by goods
  absl::Time known_at = absl::InfiniteFuture();
  int64_t max_events = 0;
  int64_t max_edges = 0;
};
absl::StatusOr<ColdQuestion> ToQuestion(const v1::CheckColdChainRequest& in);

ColdRule ToRule(const policy::v1::ColdChain& rule);

// Without the policy's id and revision.
v1::AppliedBand ToProto(const ColdBand& band);
// Without the event's name.
v1::ColdExcursion ToProto(const Excursion& excursion, const ColdBand& band);
v1::ColdGap ToProto(const Gap& gap);

// Its operator, place and region are what the caller stated: one of the first two.
absl::StatusOr<Refusal> ToRefusal(const v1::RefuseHandOverRequest& in, absl::Time now);
// That the policy knows the unit of what was measured.
absl::Status CheckMeasured(const Refusal& refusal, const ColdRule& rule);
absl::StatusOr<RefusalFilter> ToFilter(const v1::ListRefusalsRequest& in);
v1::HandOverRefusal ToProto(const Refusal& refusal);
v1::HandOverRefused ChangeOf(const Refusal& refusal);

// Where a page goes on.
std::string ToText(const RefusalKey& key);
absl::StatusOr<RefusalKey> ToKey(const std::string& text);

}  // namespace shian::trace::judgement
