// shian.sanction.v1.MatchService.
#pragma once

#include <string>

#include "libs/rpc/edge.h"
#include "services/sanction/match/convert.h"
#include "services/sanction/match/decision.h"
#include "shian/sanction/v1/match_service.grpc.pb.h"

namespace shian::sanction {

class MatchService final : public v1::MatchService::CallbackService {
 public:
  explicit MatchService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* DecideMatch(Context* context, const v1::DecideMatchRequest* in,
                       v1::DecideMatchResponse* out) override;
  Reactor* WithdrawMatchDecision(Context* context, const v1::WithdrawMatchDecisionRequest* in,
                                 v1::WithdrawMatchDecisionResponse* out) override;
  Reactor* GetMatchDecision(Context* context, const v1::GetMatchDecisionRequest* in,
                            v1::GetMatchDecisionResponse* out) override;
  Reactor* ListMatchDecisions(Context* context, const v1::ListMatchDecisionsRequest* in,
                              v1::ListMatchDecisionsResponse* out) override;

 private:
  struct Order;
  // Another organisation's is NOT_FOUND.
  absl::StatusOr<MatchDecision> Open(store::ReadTx& tx, const rpc::Call& call,
                                     const convert::MatterName& name) const;
  absl::StatusOr<MatchDecision> Decide(store::WriteTx& tx, const rpc::Call& call,
                                       const Order& order) const;
  absl::Status Append(store::WriteTx& tx, DecisionEvent event, MatchDecision* decision) const;
  absl::StatusOr<v1::MatchDecision> Show(store::ReadTx& tx, const rpc::Call& call,
                                         MatchDecision decision) const;

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
