#pragma once

#include <string>
#include <utility>

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/code_service.grpc.pb.h"

namespace shian::trace {

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
