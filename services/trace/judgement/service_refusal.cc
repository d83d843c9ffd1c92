// Goods that were not taken over: recorded, told and listed.
#include <algorithm>
#include <string>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/rpc/page.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/convert_cold.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_cold.h"
#include "services/trace/judgement/service_rule.h"
#include "services/trace/judgement/store_refusal.h"

namespace shian::trace {
namespace {

// Who stands at the place, and in which division.
absl::Status FindPlace(const rpc::Call& call, store::ReadTx& tx, Refusal* refusal) {
  ASSIGN_OR_RETURN(refusal->operator_, genealogy::OperatorAt(tx, refusal->place));
  ASSIGN_OR_RETURN(refusal->region, genealogy::RegionAt(tx, refusal->place));
  if (refusal->operator_.empty()) return errors::NotFound(refusal->place);
  return call.RequireRegion(refusal->region);
}

// The division of the first of its places that is the caller's business.
absl::Status FindOperator(const rpc::Call& call, store::ReadTx& tx, Refusal* refusal) {
  ASSIGN_OR_RETURN(const auto places, genealogy::PlacesOf(tx, refusal->operator_));
  absl::Status refused = errors::NotFound(refusal->operator_);
  for (size_t i = 0; i < places.size(); ++i) {
    const absl::Status status = call.RequireRegion(places[i].region);
    if (i == 0 || status.ok()) refused = status;
    if (!status.ok()) continue;
    refusal->region = places[i].region;
    break;
  }
  return refused;
}

absl::Status Tell(store::WriteTx& tx, const Refusal& refusal) {
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.trace.cold.refused",
                             .subject = refusal.operator_ + "/" + refusal.name(),
                             .region = refusal.region,
                             .time = refusal.time,
                             .payload = judgement::ChangeOf(refusal).SerializeAsString(),
                             .cause = ""});
}

absl::StatusOr<v1::RefuseHandOverResponse> Record(const policy::Policies& policies,
                                                  const rpc::Call& call, Refusal refusal,
                                                  store::WriteTx& tx) {
  RETURN_IF_ERROR(refusal.place.empty() ? FindOperator(call, tx, &refusal)
                                        : FindPlace(call, tx, &refusal));
  if (!refusal.measured.empty()) {
    ASSIGN_OR_RETURN(const judgement::ColdPolicy policy,
                     judgement::ColdPolicyOn(policies, tx, ToDate(call.now())));
    RETURN_IF_ERROR(judgement::CheckMeasured(refusal, policy.rule));
  }
  refusal.id = tx.NewId();
  refusal.recorded_by = call.system().id;
  refusal.recorded = tx.now();
  RETURN_IF_ERROR(judgement::InsertRefusal(tx, refusal));
  RETURN_IF_ERROR(Tell(tx, refusal));
  v1::RefuseHandOverResponse out;
  *out.mutable_refusal() = judgement::ToProto(refusal);
  return out;
}

absl::Status ListSome(const rpc::Call& call, const v1::ListRefusalsRequest& in, store::ReadTx& tx,
                      v1::ListRefusalsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(judgement::RefusalFilter filter, judgement::ToFilter(in));
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  judgement::RefusalKey after;
  if (!page.after.empty()) {
    ASSIGN_OR_RETURN(after, judgement::ToKey(page.after));
    filter.known_at = std::min(filter.known_at, page.known_at);
  }
  ASSIGN_OR_RETURN(const auto refusals, judgement::ListRefusals(tx, filter, after, page.size + 1));
  size_t bytes = 0;
  for (size_t i = 0; i < refusals.size(); ++i) {
    if (out->refusals_size() == page.size || bytes > limits::kRefusalPageBytesMax) {
      const std::string key = judgement::ToText(judgement::KeyOf(refusals[i - 1]));
      out->set_next_page_token(rpc::NextPage(page, key, call.now()));
      break;
    }
    *out->add_refusals() = judgement::ToProto(refusals[i]);
    bytes += out->refusals(out->refusals_size() - 1).ByteSizeLong();
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ColdChainService::RefuseHandOver(grpc::CallbackServerContext* context,
                                                           const v1::RefuseHandOverRequest* in,
                                                           v1::RefuseHandOverResponse* out) {
  using Body = rpc::Body<v1::RefuseHandOverResponse>;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const v1::RefuseHandOverRequest& in) -> absl::StatusOr<Body> {
        ASSIGN_OR_RETURN(const Refusal refusal, judgement::ToRefusal(in, call.now()));
        return Body([this, &call, refusal](store::WriteTx& tx) {
          return Record(edge_.policies(), call, refusal, tx);
        });
      });
}

grpc::ServerUnaryReactor* ColdChainService::ListRefusals(grpc::CallbackServerContext* context,
                                                         const v1::ListRefusalsRequest* in,
                                                         v1::ListRefusalsResponse* out) {
  return edge_.Read(context, in, out, ListSome);
}

}  // namespace shian::trace
