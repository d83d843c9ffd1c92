// shian.sanction.v1.LeadService.
#pragma once

#include "libs/rpc/edge.h"
#include "services/sanction/lead/lead.h"
#include "shian/sanction/v1/lead_service.grpc.pb.h"

namespace shian::sanction {

class LeadService final : public v1::LeadService::CallbackService {
 public:
  explicit LeadService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetLead(Context* context, const v1::GetLeadRequest* in,
                   v1::GetLeadResponse* out) override;
  Reactor* ListLeads(Context* context, const v1::ListLeadsRequest* in,
                     v1::ListLeadsResponse* out) override;

  Reactor* ExtendLead(Context* context, const v1::ExtendLeadRequest* in,
                      v1::ExtendLeadResponse* out) override;
  Reactor* DeclineLead(Context* context, const v1::DeclineLeadRequest* in,
                       v1::DeclineLeadResponse* out) override;

 private:
  template <class In, class Out>
  Reactor* TakeAct(Context* context, const In* in, Out* out, LeadAct act);

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
