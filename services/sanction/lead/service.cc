#include "services/sanction/lead/service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/change.h"
#include "libs/rpc/page.h"
#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/limits.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/sanction/v1/lead_changes.pb.h"

namespace shian::sanction {
namespace {

// Absent means as it is: the clock of the service that found a lead may be ahead of ours.
template <class In>
absl::Time AsOfIn(const In& in, convert::Reader* reader) {
  return reader->Time("as_of", in.has_as_of(), in.as_of(), absl::InfiniteFuture());
}

constexpr char kApprovalChain[] = "approval.lead";

struct ActOrder {
  convert::MatterName name;
  LeadAct act = LeadAct::kExtended;
  std::string text;
};

// What the service that found it may want to know: nothing follows.
absl::Status TellDeclined(store::WriteTx& tx, const Lead& lead) {
  v1::LeadDeclined payload;
  payload.set_lead(lead.name());
  payload.set_region(lead.region);
  payload.set_evidence(lead.evidence);
  *payload.mutable_decline_time() = convert::ToProto(tx.now());
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.sanction.lead.declined",
                             .subject = lead.name(),
                             .region = lead.region,
                             .time = tx.now(),
                             .payload = payload.SerializeAsString(),
                             .cause = lead.cause});
}

absl::StatusOr<Lead> Take(const policy::Policies& policies, store::WriteTx& tx,
                          const rpc::Call& call, const ActOrder& order) {
  ASSIGN_OR_RETURN(std::optional<Lead> lead, FindLead(tx, order.name.op, LeadId(order.name.id)));
  if (!lead) {
    return errors::NotFound(
        absl::StrCat("operators/", order.name.op.value(), "/leads/", order.name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(lead->region));
  ASSIGN_OR_RETURN(const auto chain, policies.InForce<policy::v1::ApprovalChain>(
                                         tx, kApprovalChain, ToDate(lead->found)));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), convert::ChainAct(order.act), call.officer(), {},
                                  lead->region));
  RETURN_IF_ERROR(convert::FillClock(tx, policies, &*lead));
  RETURN_IF_ERROR(CheckAct(*lead, order.act, tx.now()));
  const LeadEvent event = {order.act, tx.now(), convert::ToActor(call.officer()), order.text,
                           chain.revision};
  RETURN_IF_ERROR(AppendLeadEvent(tx, *lead, event));
  if (order.act == LeadAct::kDeclined) RETURN_IF_ERROR(TellDeclined(tx, *lead));
  ASSIGN_OR_RETURN(lead, FindLead(tx, lead->op, lead->id));
  RETURN_IF_ERROR(convert::FillClock(tx, policies, &*lead));
  return *std::move(lead);
}

}  // namespace

template <class In, class Out>
LeadService::Reactor* LeadService::TakeAct(Context* context, const In* in, Out* out, LeadAct act) {
  return edge_.Write(
      context, in, out,
      [this, act](const rpc::Call& call, const In& in) -> absl::StatusOr<rpc::Body<Out>> {
        convert::Reader reader;
        ActOrder order;
        order.act = act;
        order.name = reader.Matter("name", in.name(), "leads");
        order.text = reader.Text("text", in.text(), limits::kTextCodePointsMax,
                                 convert::Reader::Need::kRequired);
        RETURN_IF_ERROR(reader.ToStatus());
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const Lead lead, Take(edge_.policies(), tx, call, order));
          Out reply;
          *reply.mutable_lead() = convert::ToProto(lead, {tx.origin(), std::string(call.locale())});
          return reply;
        });
      });
}

LeadService::Reactor* LeadService::ExtendLead(Context* context, const v1::ExtendLeadRequest* in,
                                              v1::ExtendLeadResponse* out) {
  return TakeAct(context, in, out, LeadAct::kExtended);
}

LeadService::Reactor* LeadService::DeclineLead(Context* context, const v1::DeclineLeadRequest* in,
                                               v1::DeclineLeadResponse* out) {
  return TakeAct(context, in, out, LeadAct::kDeclined);
}

LeadService::Reactor* LeadService::GetLead(Context* context, const v1::GetLeadRequest* in,
                                           v1::GetLeadResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetLeadRequest& in, store::ReadTx& tx,
             v1::GetLeadResponse* out) -> absl::Status {
        convert::Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "leads");
        const absl::Time as_of = AsOfIn(in, &reader);
        const absl::Time known_at =
            reader.Time("known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const std::optional<Lead> lead, FindLead(tx, name.op, LeadId(name.id)));
        if (!lead) return errors::NotFound(in.name());
        RETURN_IF_ERROR(call.RequireRegion(lead->region));
        std::optional<Lead> then = AsOf(*lead, as_of, known_at);
        if (!then) return errors::NotFound(in.name());
        RETURN_IF_ERROR(convert::FillClock(tx, edge_.policies(), &*then));
        *out->mutable_lead() = convert::ToProto(*then, {tx.origin(), std::string(call.locale())});
        return absl::OkStatus();
      });
}

LeadService::Reactor* LeadService::ListLeads(Context* context, const v1::ListLeadsRequest* in,
                                             v1::ListLeadsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListLeadsRequest& in, store::ReadTx& tx,
             v1::ListLeadsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        convert::Reader reader;
        const absl::Time as_of = AsOfIn(in, &reader);
        const absl::Time known_at = convert::KnownAt(in, page, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        LeadQuery query;
        ASSIGN_OR_RETURN(query.page, convert::ToPageQuery(call, in, page));
        if (in.open_only()) query.open_at = std::min(as_of, known_at);
        ASSIGN_OR_RETURN(const std::vector<Lead> leads, sanction::ListLeads(tx, query));
        for (const Lead& lead : leads) {
          std::optional<Lead> then = AsOf(lead, as_of, known_at);
          if (!then) continue;
          RETURN_IF_ERROR(convert::FillClock(tx, edge_.policies(), &*then));
          *out->add_leads() = convert::ToProto(*then, {tx.origin(), std::string(call.locale())});
        }
        if (static_cast<int>(leads.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(leads.back().id.value(), leads.back().op), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
