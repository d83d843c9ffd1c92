#include "services/sanction/lead/service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/store.h"

namespace shian::sanction {
namespace {

// Absent means as it is: the clock of the service that found a lead may be ahead of ours.
template <class In>
absl::Time AsOfIn(const In& in, convert::Reader* reader) {
  return reader->Time("as_of", in.has_as_of(), in.as_of(), absl::InfiniteFuture());
}

}  // namespace

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
