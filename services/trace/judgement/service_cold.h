#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/cold_chain_service.grpc.pb.h"

namespace shian::trace {

class ColdChainService final : public v1::ColdChainService::CallbackService {
 public:
  ColdChainService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerUnaryReactor* CheckColdChain(grpc::CallbackServerContext* context,
                                           const v1::CheckColdChainRequest* in,
                                           v1::CheckColdChainResponse* out) override;
  grpc::ServerUnaryReactor* ListExcursions(grpc::CallbackServerContext* context,
                                           const v1::ListExcursionsRequest* in,
                                           v1::ListExcursionsResponse* out) override;
  grpc::ServerUnaryReactor* RefuseHandOver(grpc::CallbackServerContext* context,
                                           const v1::RefuseHandOverRequest* in,
                                           v1::RefuseHandOverResponse* out) override;
  grpc::ServerUnaryReactor* ListRefusals(grpc::CallbackServerContext* context,
                                         const v1::ListRefusalsRequest* in,
                                         v1::ListRefusalsResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
