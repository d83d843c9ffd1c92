#pragma once

#include <grpcpp/security/auth_metadata_processor.h>

#include "libs/auth/authority.h"

namespace shian::rpc {

// Refuses a call before any handler runs. gRPC shows code and message of such a refusal and drops
// its details, so the message begins with the reason's word.
class Admission final : public grpc::AuthMetadataProcessor {
 public:
  explicit Admission(auth::Authority& authority) : authority_(authority) {}
  // A look into two tables and, once per token, one signature: no reason for another thread.
  bool IsBlocking() const override { return false; }
  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context,
                       OutputMetadata* consumed, OutputMetadata* response) override;

 private:
  auth::Authority& authority_;
};

}  // namespace shian::rpc
