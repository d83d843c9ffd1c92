#pragma once

#include <functional>
#include <utility>

#include "libs/auth/officer.h"
#include "libs/rpc/edge.h"
#include "services/registry/operator/operator.h"
#include "services/registry/operator/row.h"
#include "shian/registry/v1/operator_service.grpc.pb.h"

namespace shian::registry {

// Runs in the transaction in which a record came, changed or was erased, with what it is now.
using OperatorHook = std::function<absl::Status(store::WriteTx&, const Operator&)>;

class OperatorService final : public v1::OperatorService::CallbackService {
 public:
  OperatorService(rpc::Edge& edge, IdentityHasher hasher, OperatorHook changed = {})
      : edge_(edge), hasher_(std::move(hasher)), changed_(std::move(changed)) {}

  grpc::ServerBidiReactor<v1::ImportOperatorsRequest, v1::ImportOperatorsResponse>* ImportOperators(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetOperator(grpc::CallbackServerContext* context,
                                        const v1::GetOperatorRequest* in,
                                        v1::GetOperatorResponse* out) override;
  grpc::ServerUnaryReactor* LookUpOperators(grpc::CallbackServerContext* context,
                                            const v1::LookUpOperatorsRequest* in,
                                            v1::LookUpOperatorsResponse* out) override;
  grpc::ServerUnaryReactor* ListOperators(grpc::CallbackServerContext* context,
                                          const v1::ListOperatorsRequest* in,
                                          v1::ListOperatorsResponse* out) override;
  grpc::ServerUnaryReactor* ListFrame(grpc::CallbackServerContext* context,
                                      const v1::ListFrameRequest* in,
                                      v1::ListFrameResponse* out) override;
  grpc::ServerUnaryReactor* CountOperators(grpc::CallbackServerContext* context,
                                           const v1::CountOperatorsRequest* in,
                                           v1::CountOperatorsResponse* out) override;
  grpc::ServerUnaryReactor* EraseOperator(grpc::CallbackServerContext* context,
                                          const v1::EraseOperatorRequest* in,
                                          v1::EraseOperatorResponse* out) override;

 private:
  rpc::Edge& edge_;
  const IdentityHasher hasher_;
  const OperatorHook changed_;
};

// The import of one chunk, without the stream around it: what the handler runs in its transaction.
absl::StatusOr<rpc::Body<v1::ImportOperatorsResponse>> PlanImport(
    const IdentityHasher& hasher, const v1::ImportOperatorsRequest& chunk,
    const OperatorHook& changed = {});
// The same for an order of erasure; `allow` judges whether the officer may erase this operator.
using Allow = std::function<absl::Status(store::ReadTx&, const Operator&)>;
absl::StatusOr<rpc::Body<v1::EraseOperatorResponse>> PlanErasure(const v1::EraseOperatorRequest& in,
                                                                 Date today,
                                                                 const auth::Officer& officer,
                                                                 Allow allow,
                                                                 const OperatorHook& changed = {});

}  // namespace shian::registry
