#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/recall_conduct_service.grpc.pb.h"

namespace shian::trace {

class RecallConductService final : public v1::RecallConductService::CallbackService {
 public:
  RecallConductService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerUnaryReactor* FilePlan(grpc::CallbackServerContext* context,
                                     const v1::FilePlanRequest* in,
                                     v1::FilePlanResponse* out) override;
  grpc::ServerUnaryReactor* AssessPlan(grpc::CallbackServerContext* context,
                                       const v1::AssessPlanRequest* in,
                                       v1::AssessPlanResponse* out) override;
  grpc::ServerUnaryReactor* GetRecallPlan(grpc::CallbackServerContext* context,
                                          const v1::GetRecallPlanRequest* in,
                                          v1::GetRecallPlanResponse* out) override;
  grpc::ServerUnaryReactor* ExtendRecall(grpc::CallbackServerContext* context,
                                         const v1::ExtendRecallRequest* in,
                                         v1::ExtendRecallResponse* out) override;
  grpc::ServerUnaryReactor* OrderRecall(grpc::CallbackServerContext* context,
                                        const v1::OrderRecallRequest* in,
                                        v1::OrderRecallResponse* out) override;
  grpc::ServerUnaryReactor* ReportDisposal(grpc::CallbackServerContext* context,
                                           const v1::ReportDisposalRequest* in,
                                           v1::ReportDisposalResponse* out) override;
  grpc::ServerUnaryReactor* ListDisposals(grpc::CallbackServerContext* context,
                                          const v1::ListDisposalsRequest* in,
                                          v1::ListDisposalsResponse* out) override;
  grpc::ServerUnaryReactor* GetRecallEffect(grpc::CallbackServerContext* context,
                                            const v1::GetRecallEffectRequest* in,
                                            v1::GetRecallEffectResponse* out) override;
  grpc::ServerUnaryReactor* CloseRecall(grpc::CallbackServerContext* context,
                                        const v1::CloseRecallRequest* in,
                                        v1::CloseRecallResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
