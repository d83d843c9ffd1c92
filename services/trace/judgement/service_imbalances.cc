// The imbalances that were found and told, listed.
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/trace/judgement/convert_imbalance.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/store_imbalance.h"

namespace shian::trace {
namespace {

absl::Status ListSome(const rpc::Call& call, const v1::ListImbalancesRequest& in, store::ReadTx& tx,
                      v1::ListImbalancesResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(judgement::ImbalanceFilter filter, judgement::ToFilter(in));
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  judgement::ImbalanceKey after;
  if (!page.after.empty()) {
    ASSIGN_OR_RETURN(after, judgement::ToImbalanceKey(page.after));
  }
  ASSIGN_OR_RETURN(const int64_t balanced_to, judgement::BalancedTo(tx));
  out->set_looked_to(balanced_to);
  ASSIGN_OR_RETURN(const auto found, judgement::ListImbalances(tx, filter, after, page.size + 1));
  for (size_t i = 0; i < found.size(); ++i) {
    if (out->imbalances_size() == page.size) {
      const std::string key = judgement::ToText(judgement::KeyOf(found[i - 1]));
      out->set_next_page_token(rpc::NextPage(page, key, call.now()));
      break;
    }
    *out->add_imbalances() = judgement::ToProto(found[i]);
    call.NoteResource(found[i].subject);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* JudgementService::ListImbalances(grpc::CallbackServerContext* context,
                                                           const v1::ListImbalancesRequest* in,
                                                           v1::ListImbalancesResponse* out) {
  return edge_.Read(context, in, out, ListSome);
}

}  // namespace shian::trace
