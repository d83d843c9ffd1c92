#pragma once

#include "libs/rpc/edge.h"
#include "shian/registry/v1/laboratory_service.grpc.pb.h"

namespace shian::registry {

class LaboratoryService final : public v1::LaboratoryService::CallbackService {
 public:
  explicit LaboratoryService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerBidiReactor<v1::ImportLaboratoriesRequest, v1::ImportLaboratoriesResponse>*
  ImportLaboratories(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetLaboratory(grpc::CallbackServerContext* context,
                                          const v1::GetLaboratoryRequest* in,
                                          v1::GetLaboratoryResponse* out) override;
  grpc::ServerUnaryReactor* ListLaboratories(grpc::CallbackServerContext* context,
                                             const v1::ListLaboratoriesRequest* in,
                                             v1::ListLaboratoriesResponse* out) override;

 private:
  rpc::Edge& edge_;
};

// What the import handler runs for one chunk.
absl::StatusOr<rpc::Body<v1::ImportLaboratoriesResponse>> PlanImport(
    const v1::ImportLaboratoriesRequest& chunk);

}  // namespace shian::registry
