// The excursions that were found and told, listed.
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/trace/capture/store.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/convert_alert.h"
#include "services/trace/judgement/service_cold.h"
#include "services/trace/judgement/store_alert.h"

namespace shian::trace {
namespace {

absl::Status ListSome(const rpc::Call& call, const v1::ListExcursionsRequest& in, store::ReadTx& tx,
                      v1::ListExcursionsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(judgement::AlertFilter filter, judgement::ToFilter(in));
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  judgement::AlertKey after;
  if (!page.after.empty()) {
    ASSIGN_OR_RETURN(after, judgement::ToAlertKey(page.after));
  }
  ASSIGN_OR_RETURN(const int64_t alerted_to, judgement::AlertedTo(tx));
  out->set_looked_to(alerted_to);
  ASSIGN_OR_RETURN(const auto alerts, judgement::ListAlerts(tx, filter, after, page.size + 1));
  for (size_t i = 0; i < alerts.size(); ++i) {
    if (out->excursions_size() == page.size) {
      const std::string key = judgement::ToText(judgement::KeyOf(alerts[i - 1]));
      out->set_next_page_token(rpc::NextPage(page, key, call.now()));
      break;
    }
    ASSIGN_OR_RETURN(const std::string event, capture::NameOfEvent(tx, alerts[i].sequence));
    *out->add_excursions() = judgement::ToProto(alerts[i], event, judgement::kPolicy);
    call.NoteResource(alerts[i].epc);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ColdChainService::ListExcursions(grpc::CallbackServerContext* context,
                                                           const v1::ListExcursionsRequest* in,
                                                           v1::ListExcursionsResponse* out) {
  return edge_.Read(context, in, out, ListSome);
}

}  // namespace shian::trace
