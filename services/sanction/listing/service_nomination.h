// shian.sanction.v1.NominationService.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/edge.h"
#include "services/sanction/case/service.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/nomination.h"
#include "services/sanction/listing/service_steps.h"
#include "shian/sanction/v1/nomination_service.grpc.pb.h"

namespace shian::sanction {

class NominationService final : public v1::NominationService::CallbackService {
 public:
  NominationService(rpc::Edge& edge, IssuedHook issued)
      : edge_(edge), acts_(edge, std::move(issued)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* ProposeNomination(Context* context, const v1::ProposeNominationRequest* in,
                             v1::ProposeNominationResponse* out) override;
  Reactor* ReviewNomination(Context* context, const v1::ReviewNominationRequest* in,
                            v1::ReviewNominationResponse* out) override;
  Reactor* NotifyNomination(Context* context, const v1::NotifyNominationRequest* in,
                            v1::NotifyNominationResponse* out) override;
  Reactor* RecordObjection(Context* context, const v1::RecordObjectionRequest* in,
                           v1::RecordObjectionResponse* out) override;
  Reactor* DecideNomination(Context* context, const v1::DecideNominationRequest* in,
                            v1::DecideNominationResponse* out) override;
  Reactor* GetNomination(Context* context, const v1::GetNominationRequest* in,
                         v1::GetNominationResponse* out) override;
  Reactor* ListNominations(Context* context, const v1::ListNominationsRequest* in,
                           v1::ListNominationsResponse* out) override;

 private:
  struct Proposal;
  struct Order;

  template <class In, class Out>
  Reactor* TakeAct(Context* context, const In* in, Out* out, NominationAct act);
  template <class Out, class Act>
  rpc::Body<Out> BodyOf(const rpc::Call& call, OperatorId op, std::vector<Document> missing,
                        Act act) const;

  absl::StatusOr<Nomination> Propose(store::WriteTx& tx, const rpc::Call& call,
                                     const Proposal& proposal) const;
  absl::Status CheckRoom(store::ReadTx& tx, const Nomination& nomination) const;
  absl::StatusOr<Nomination> Take(store::WriteTx& tx, const rpc::Call& call,
                                  const Order& order) const;
  absl::Status MakeEntry(store::WriteTx& tx, const ListingRule& rule,
                         const NominationEvent& granted, Nomination* nomination) const;
  absl::StatusOr<Nomination> Open(store::ReadTx& tx, const rpc::Call& call,
                                  const convert::MatterName& name, absl::string_view etag) const;
  absl::StatusOr<v1::Nomination> Show(store::ReadTx& tx, const rpc::Call& call,
                                      Nomination nomination) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
};

}  // namespace shian::sanction
