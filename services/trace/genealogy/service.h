#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/genealogy_service.grpc.pb.h"

namespace shian::trace {

class GenealogyService final : public v1::GenealogyService::CallbackService {
 public:
  GenealogyService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerUnaryReactor* Trace(grpc::CallbackServerContext* context, const v1::TraceRequest* in,
                                  v1::TraceResponse* out) override;
  grpc::ServerUnaryReactor* ListContents(grpc::CallbackServerContext* context,
                                         const v1::ListContentsRequest* in,
                                         v1::ListContentsResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
