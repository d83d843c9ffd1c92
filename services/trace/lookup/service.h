#pragma once

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/lookup/service_scans.h"
#include "shian/trace/v1/lookup_service.grpc.pb.h"

namespace shian::trace {

class LookupService final : public v1::LookupService::CallbackService {
 public:
  LookupService(rpc::Edge& edge, genealogy::LiveGraph& graph, ScanLog& scans)
      : edge_(edge), graph_(graph), scans_(scans) {}

  grpc::ServerUnaryReactor* PublicLookup(grpc::CallbackServerContext* context,
                                         const v1::PublicLookupRequest* in,
                                         v1::PublicLookupResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
  ScanLog& scans_;
};

}  // namespace shian::trace
