#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/judgement_service.grpc.pb.h"

namespace shian::trace {

class JudgementService final : public v1::JudgementService::CallbackService {
 public:
  JudgementService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerUnaryReactor* CheckBalance(grpc::CallbackServerContext* context,
                                         const v1::CheckBalanceRequest* in,
                                         v1::CheckBalanceResponse* out) override;
  grpc::ServerUnaryReactor* ListImbalances(grpc::CallbackServerContext* context,
                                           const v1::ListImbalancesRequest* in,
                                           v1::ListImbalancesResponse* out) override;
  grpc::ServerUnaryReactor* ListExpiring(grpc::CallbackServerContext* context,
                                         const v1::ListExpiringRequest* in,
                                         v1::ListExpiringResponse* out) override;
  grpc::ServerUnaryReactor* GetCompleteness(grpc::CallbackServerContext* context,
                                            const v1::GetCompletenessRequest* in,
                                            v1::GetCompletenessResponse* out) override;
  grpc::ServerUnaryReactor* CheckTraceability(grpc::CallbackServerContext* context,
                                              const v1::CheckTraceabilityRequest* in,
                                              v1::CheckTraceabilityResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
