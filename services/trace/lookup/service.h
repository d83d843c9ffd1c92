// The two services of codes on goods: what anyone may learn by one, and who issues them.
#pragma once

#include <string>
#include <utility>

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/lookup/service_scans.h"
#include "shian/trace/v1/code_service.grpc.pb.h"
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

class CodeService final : public v1::CodeService::CallbackService {
 public:
  // Codes are issued under the address `resolver`.
  CodeService(rpc::Edge& edge, genealogy::LiveGraph& graph, std::string resolver)
      : edge_(edge), graph_(graph), resolver_(std::move(resolver)) {}

  grpc::ServerUnaryReactor* IssueCode(grpc::CallbackServerContext* context,
                                      const v1::IssueCodeRequest* in,
                                      v1::IssueCodeResponse* out) override;
  grpc::ServerUnaryReactor* ListCodes(grpc::CallbackServerContext* context,
                                      const v1::ListCodesRequest* in,
                                      v1::ListCodesResponse* out) override;
  grpc::ServerUnaryReactor* RenderCode(grpc::CallbackServerContext* context,
                                       const v1::RenderCodeRequest* in,
                                       v1::RenderCodeResponse* out) override;
  grpc::ServerUnaryReactor* ListScans(grpc::CallbackServerContext* context,
                                      const v1::ListScansRequest* in,
                                      v1::ListScansResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
  const std::string resolver_;
};

}  // namespace shian::trace
