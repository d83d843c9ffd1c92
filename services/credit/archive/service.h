#pragma once

#include "libs/rpc/edge.h"
#include "services/credit/archive/evidence.h"
#include "shian/credit/v1/archive_service.grpc.pb.h"

namespace shian::credit {

class ArchiveService final : public v1::ArchiveService::CallbackService {
 public:
  explicit ArchiveService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerUnaryReactor* GetArchive(grpc::CallbackServerContext* context,
                                       const v1::GetArchiveRequest* in,
                                       v1::GetArchiveResponse* out) override;
  grpc::ServerUnaryReactor* ListEvidence(grpc::CallbackServerContext* context,
                                         const v1::ListEvidenceRequest* in,
                                         v1::ListEvidenceResponse* out) override;

 private:
  rpc::Edge& edge_;
};

// The archive that a call asks for: it exists and lies in a region the caller may see. An erased
// one is refused with OPERATOR_ERASED unless `erased_too`.
absl::StatusOr<Archive> ReadArchive(const rpc::Call& call, store::ReadTx& tx, const OperatorId& id,
                                    bool erased_too);

}  // namespace shian::credit
