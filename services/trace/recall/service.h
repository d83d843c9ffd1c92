#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/recall_service.grpc.pb.h"

namespace shian::trace {

class RecallService final : public v1::RecallService::CallbackService {
 public:
  RecallService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerUnaryReactor* GetRecall(grpc::CallbackServerContext* context,
                                      const v1::GetRecallRequest* in,
                                      v1::GetRecallResponse* out) override;
  grpc::ServerUnaryReactor* ListRecalls(grpc::CallbackServerContext* context,
                                        const v1::ListRecallsRequest* in,
                                        v1::ListRecallsResponse* out) override;
  grpc::ServerUnaryReactor* FreezeScope(grpc::CallbackServerContext* context,
                                        const v1::FreezeScopeRequest* in,
                                        v1::FreezeScopeResponse* out) override;
  grpc::ServerUnaryReactor* CompleteRecall(grpc::CallbackServerContext* context,
                                           const v1::CompleteRecallRequest* in,
                                           v1::CompleteRecallResponse* out) override;
  grpc::ServerUnaryReactor* ListRecallLots(grpc::CallbackServerContext* context,
                                           const v1::ListRecallLotsRequest* in,
                                           v1::ListRecallLotsResponse* out) override;
  grpc::ServerUnaryReactor* ListRecallNotices(grpc::CallbackServerContext* context,
                                              const v1::ListRecallNoticesRequest* in,
                                              v1::ListRecallNoticesResponse* out) override;
  grpc::ServerUnaryReactor* AcknowledgeNotice(grpc::CallbackServerContext* context,
                                              const v1::AcknowledgeNoticeRequest* in,
                                              v1::AcknowledgeNoticeResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
