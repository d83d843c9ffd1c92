#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/store.h"
#include "shian/trace/v1/lineage_service.grpc.pb.h"

namespace shian::trace {

class LineageService final : public v1::LineageService::CallbackService {
 public:
  LineageService(rpc::Edge& edge, genealogy::LiveGraph& graph) : edge_(edge), graph_(graph) {}

  grpc::ServerWriteReactor<v1::StreamTraceResponse>* StreamTrace(
      grpc::CallbackServerContext* context, const v1::StreamTraceRequest* in) override;
  grpc::ServerUnaryReactor* FindCommonSources(grpc::CallbackServerContext* context,
                                              const v1::FindCommonSourcesRequest* in,
                                              v1::FindCommonSourcesResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
};

}  // namespace shian::trace
