#pragma once

#include "libs/rpc/edge.h"
#include "shian/registry/v1/people_service.grpc.pb.h"

namespace shian::registry {

class PeopleService final : public v1::PeopleService::CallbackService {
 public:
  explicit PeopleService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerBidiReactor<v1::ImportInspectorsRequest, v1::ImportInspectorsResponse>*
  ImportInspectors(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetInspector(grpc::CallbackServerContext* context,
                                         const v1::GetInspectorRequest* in,
                                         v1::GetInspectorResponse* out) override;
  grpc::ServerUnaryReactor* ListInspectors(grpc::CallbackServerContext* context,
                                           const v1::ListInspectorsRequest* in,
                                           v1::ListInspectorsResponse* out) override;

 private:
  rpc::Edge& edge_;
};

// What the import handler runs for one chunk.
absl::StatusOr<rpc::Body<v1::ImportInspectorsResponse>> PlanImport(
    const v1::ImportInspectorsRequest& chunk);

}  // namespace shian::registry
