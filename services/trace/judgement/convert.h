// Between the proto of judgements, the policy and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/evidence.h"
#include "shian/policy/v1/judgement.pb.h"
#include "shian/trace/v1/judgement_service.pb.h"

namespace shian::trace::judgement {

struct BalanceQuestion {
  Subject subject = Subject::kProcess;
  std::string process;    // transformation id; or
  std::string event;      // hash of the event; or
  std::string lot;        // canonical; or
  std::string operator_;  // with its period
  Period period;
  absl::Time known_at = absl::InfiniteFuture();
  size_t max_events = 0;
};
absl::StatusOr<BalanceQuestion> ToQuestion(const v1::CheckBalanceRequest& in);

BalanceRule ToRule(const policy::v1::JudgementRule& rule);

// Verdict, obstacle and sums.
void Fill(const Balance& balance, v1::CheckBalanceResponse* out);
// Without the policy's id and revision.
v1::AppliedYield ToProto(const Yield& yield);

}  // namespace shian::trace::judgement
