#pragma once

#include "libs/rpc/edge.h"
#include "services/credit/rating/convert.h"
#include "shian/credit/v1/rating_service.grpc.pb.h"

namespace shian::credit {

class RatingService final : public v1::RatingService::CallbackService {
 public:
  RatingService(rpc::Edge& edge, const RulesSource& rules) : edge_(edge), rules_(rules) {}

  grpc::ServerUnaryReactor* GetRating(grpc::CallbackServerContext* context,
                                      const v1::GetRatingRequest* in,
                                      v1::GetRatingResponse* out) override;
  grpc::ServerUnaryReactor* ExplainRating(grpc::CallbackServerContext* context,
                                          const v1::ExplainRatingRequest* in,
                                          v1::ExplainRatingResponse* out) override;
  grpc::ServerUnaryReactor* ListDeterminations(grpc::CallbackServerContext* context,
                                               const v1::ListDeterminationsRequest* in,
                                               v1::ListDeterminationsResponse* out) override;
  grpc::ServerUnaryReactor* ReplayRating(grpc::CallbackServerContext* context,
                                         const v1::ReplayRatingRequest* in,
                                         v1::ReplayRatingResponse* out) override;
  grpc::ServerUnaryReactor* RateOperators(grpc::CallbackServerContext* context,
                                          const v1::RateOperatorsRequest* in,
                                          v1::RateOperatorsResponse* out) override;
  grpc::ServerUnaryReactor* ApproveRatings(grpc::CallbackServerContext* context,
                                           const v1::ApproveRatingsRequest* in,
                                           v1::ApproveRatingsResponse* out) override;
  grpc::ServerUnaryReactor* GetRatingRun(grpc::CallbackServerContext* context,
                                         const v1::GetRatingRunRequest* in,
                                         v1::GetRatingRunResponse* out) override;
  grpc::ServerUnaryReactor* EvaluatePolicy(grpc::CallbackServerContext* context,
                                           const v1::EvaluatePolicyRequest* in,
                                           v1::EvaluatePolicyResponse* out) override;

 private:
  rpc::Edge& edge_;
  const RulesSource& rules_;
};

// The handlers' work without the wire.
absl::StatusOr<v1::RateOperatorsResponse> RateBatch(store::WriteTx& tx, const RulesSource& source,
                                                    const RateRequest& in,
                                                    const Approver& proposer);
absl::StatusOr<v1::ApproveRatingsResponse> ApproveBatch(store::WriteTx& tx,
                                                        const RulesSource& source, Run run,
                                                        const Approver& approver, int count);
absl::Status Evaluate(store::Store& store, const RulesSource& source, const EvaluateRequest& in,
                      v1::EvaluatePolicyResponse* out);
absl::Status ReplayOne(store::ReadTx& tx, const RulesSource& source, const Archive& archive,
                       int64_t number, v1::ReplayRatingResponse* out);
// Rating and, with `explanation`, its reasons.
absl::Status Rate(store::ReadTx& tx, const RulesSource& source, const Archive& archive,
                  absl::Time as_of, absl::Time known_at, v1::Rating* out,
                  v1::ExplainRatingResponse* explanation);

}  // namespace shian::credit
