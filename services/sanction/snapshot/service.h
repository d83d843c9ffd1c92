// shian.sanction.v1.SnapshotService.
#pragma once

#include "libs/rpc/edge.h"
#include "shian/sanction/v1/snapshot_service.grpc.pb.h"

namespace shian::sanction {

class SnapshotService final : public v1::SnapshotService::CallbackService {
 public:
  explicit SnapshotService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerWriteReactor<v1::FetchSnapshotResponse>* FetchSnapshot(
      grpc::CallbackServerContext* context, const v1::FetchSnapshotRequest* in) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::sanction
