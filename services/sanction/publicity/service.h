// shian.sanction.v1.PublicityService.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/edge.h"
#include "services/sanction/case/service.h"
#include "services/sanction/publicity/convert.h"
#include "services/sanction/publicity/publicity.h"
#include "shian/sanction/v1/publicity_service.grpc.pb.h"

namespace shian::sanction {

class PublicityService final : public v1::PublicityService::CallbackService {
 public:
  PublicityService(rpc::Edge& edge, IssuedHook issued)
      : edge_(edge), acts_(edge, std::move(issued)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetPublicity(Context* context, const v1::GetPublicityRequest* in,
                        v1::GetPublicityResponse* out) override;
  Reactor* RequestPenaltyRepair(Context* context, const v1::RequestPenaltyRepairRequest* in,
                                v1::RequestPenaltyRepairResponse* out) override;
  Reactor* AcceptPenaltyRepair(Context* context, const v1::AcceptPenaltyRepairRequest* in,
                               v1::AcceptPenaltyRepairResponse* out) override;
  Reactor* DecidePenaltyRepair(Context* context, const v1::DecidePenaltyRepairRequest* in,
                               v1::DecidePenaltyRepairResponse* out) override;
  Reactor* FilePenaltyDispute(Context* context, const v1::FilePenaltyDisputeRequest* in,
                              v1::FilePenaltyDisputeResponse* out) override;
  Reactor* DecidePenaltyDispute(Context* context, const v1::DecidePenaltyDisputeRequest* in,
                                v1::DecidePenaltyDisputeResponse* out) override;
  Reactor* RecordPush(Context* context, const v1::RecordPushRequest* in,
                      v1::RecordPushResponse* out) override;
  Reactor* RecordCoPublication(Context* context, const v1::RecordCoPublicationRequest* in,
                               v1::RecordCoPublicationResponse* out) override;
  Reactor* RecordWithdrawal(Context* context, const v1::RecordWithdrawalRequest* in,
                            v1::RecordWithdrawalResponse* out) override;

 private:
  struct Order;

  template <class In, class Out, class Fill>
  Reactor* TakeAct(Context* context, const In* in, Out* out, PublicityAct act, Fill fill);
  absl::StatusOr<Publicity> Open(store::ReadTx& tx, const rpc::Call& call,
                                 const convert::MatterName& name, absl::string_view etag) const;
  absl::StatusOr<Publicity> Take(store::WriteTx& tx, const rpc::Call& call,
                                 const Order& order) const;
  absl::Status CheckRepair(store::ReadTx& tx, const Publicity& publicity, const RepairTerms& terms,
                           const Order& order, absl::Time now) const;
  absl::StatusOr<RepairRecord> RecordOf(store::ReadTx& tx, const Publicity& publicity,
                                        absl::Time now) const;
  absl::StatusOr<v1::Publicity> Show(store::ReadTx& tx, const rpc::Call& call, Publicity publicity,
                                     absl::Time as_of) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
};

}  // namespace shian::sanction
