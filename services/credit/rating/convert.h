// Between policies, messages and the rating's domain.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/officer.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/credit/rating/determine.h"
#include "services/credit/rating/evaluate.h"
#include "services/credit/rating/explain.h"
#include "services/credit/rating/rules.h"
#include "services/credit/rating/run.h"
#include "shian/credit/v1/changes.pb.h"
#include "shian/credit/v1/rating.pb.h"
#include "shian/credit/v1/rating_service.pb.h"
#include "shian/policy/v1/rating.pb.h"

namespace shian::credit {

// The policy that determined grades follow.
inline constexpr char kRatingPolicy[] = "rating.food-risk";
// Who proposes and who approves a yearly determination.
inline constexpr char kRatingChain[] = "approval.rating";

Rules ToRules(const policy::v1::RatingPolicy& policy, absl::string_view revision);

// Rating policies as domain rules, converted once per revision. Safe for several threads.
class RulesSource {
 public:
  explicit RulesSource(const policy::Policies& policies) : policies_(policies) {}

  absl::StatusOr<std::shared_ptr<const Rules>> InForce(store::ReadTx& tx, absl::string_view id,
                                                       Date on) const;
  absl::StatusOr<std::shared_ptr<const Rules>> OfRevision(store::ReadTx& tx,
                                                          absl::string_view revision) const;

 private:
  using Revision = policy::Revision<policy::v1::RatingPolicy>;
  std::shared_ptr<const Rules> Converted(const Revision& revision) const;

  const policy::Policies& policies_;
  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<std::string, std::shared_ptr<const Rules>> rules_
      ABSL_GUARDED_BY(mutex_);
};

v1::Contribution ToProto(const OperatorId& id, const Contribution& contribution);
// `outcome` adds the reasons; null leaves them out.
v1::Determination ToProto(const Determination& determination, const Outcome* outcome);
v1::Assessment ToProto(const OperatorId& id, const Rules& rules, const Assessment& assessment,
                       const View& view, bool with_reasons);
v1::WayBack ToProto(const WayBack& way);
v1::RatingRun ToProto(const Run& run, const std::map<Grade, int64_t>& counts);
v1::GradeDetermined ToFact(absl::string_view region, const Determination& determination,
                           const Outcome& outcome);
v1::GradeCard ToCard(const Determination& determination);
void Fill(const Evaluation& evaluation, v1::EvaluatePolicyResponse* out);

// A determination as it comes out of a replay.
Determination Replayed(const Determination& recorded, const Outcome& outcome);

struct DeterminationName {
  OperatorId id;
  int64_t number = 0;
};
std::string NameOf(const Determination& determination);
absl::StatusOr<DeterminationName> ToDeterminationName(absl::string_view name);
absl::StatusOr<std::string> ToRunId(absl::string_view name);
Approver ToApprover(const auth::Officer& officer);

// Checked requests.
struct RateRequest {
  std::string region;
  int year = 0;
  int count = 0;
};
absl::StatusOr<RateRequest> ToRateRequest(const v1::RateOperatorsRequest& in, Date today);
absl::StatusOr<int> ToBatchSize(int32_t page_size);
struct EvaluateRequest {
  std::string policy;
  std::string revision;
  std::string region;
  std::optional<Date> cut;
  bool attested_only = false;
  std::string at_least_revision;
};
absl::StatusOr<EvaluateRequest> ToEvaluateRequest(const v1::EvaluatePolicyRequest& in);

}  // namespace shian::credit
