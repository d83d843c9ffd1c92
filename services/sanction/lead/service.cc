#include "services/sanction/lead/service.h"

#include <optional>
#include <string>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/store.h"

namespace shian::sanction {

LeadService::Reactor* LeadService::GetLead(Context* context, const v1::GetLeadRequest* in,
                                           v1::GetLeadResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetLeadRequest& in, store::ReadTx& tx,
             v1::GetLeadResponse* out) -> absl::Status {
        convert::Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "leads");
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(std::optional<Lead> lead, FindLead(tx, name.op, LeadId(name.id)));
        if (!lead) return errors::NotFound(in.name());
        RETURN_IF_ERROR(call.RequireRegion(lead->region));
        RETURN_IF_ERROR(convert::FillClock(tx, edge_.policies(), &*lead));
        *out->mutable_lead() = convert::ToProto(*lead, {tx.origin(), std::string(call.locale())});
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
        ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, in, page));
        ASSIGN_OR_RETURN(std::vector<Lead> leads, sanction::ListLeads(tx, query, in.open_only()));
        for (Lead& lead : leads) {
          RETURN_IF_ERROR(convert::FillClock(tx, edge_.policies(), &lead));
          *out->add_leads() = convert::ToProto(lead, {tx.origin(), std::string(call.locale())});
        }
        if (static_cast<int>(leads.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(leads.back().id.value(), leads.back().op), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
