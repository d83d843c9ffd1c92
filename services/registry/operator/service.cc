#include "services/registry/operator/service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/codes/codes.h"
#include "libs/codes/regions.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/registry/operator/convert.h"
#include "services/registry/operator/limits.h"
#include "services/registry/operator/rules.h"
#include "services/registry/operator/store.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::registry {
namespace {

constexpr char kErased[] = "shian.registry.operator.erased";
constexpr char kErasureChain[] = "approval.erasure";
constexpr char kErasureAct[] = "erasure";

absl::Status CheckEtag(const Operator& op, absl::string_view etag) {
  if (etag.empty() || etag == absl::StrCat(op.version)) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kEtagMismatch, {{"name", OperatorName(op.id)}});
}

absl::Status MayErase(const rpc::Edge& edge, const rpc::Call& call, store::ReadTx& tx,
                      const Operator& op) {
  RETURN_IF_ERROR(call.RequireRegion(op.core.region));
  ASSIGN_OR_RETURN(const auto chain, edge.policies().InForce<policy::v1::ApprovalChain>(
                                         tx, kErasureChain, ToDate(call.now())));
  return auth::CheckStep(chain.policy(), kErasureAct, call.officer(), {});
}

absl::StatusOr<v1::EraseOperatorResponse> Erase(store::WriteTx& tx, const Operator& op,
                                                const ErasureOrder& order,
                                                const ErasureActor& actor,
                                                const OperatorHook& changed) {
  const Operator left = Erased(op, order, tx.now());
  const std::string name = OperatorName(op.id);
  RETURN_IF_ERROR(EraseOperatorRows(tx, left, order, actor));
  if (changed) RETURN_IF_ERROR(changed(tx, left));
  ASSIGN_OR_RETURN(const int64_t entries, ledger::EraseEntries(tx, name));
  v1::OperatorErased payload;
  payload.set_name(name);
  RETURN_IF_ERROR(ledger::Append(tx, {.log = ledger::Log::kFacts,
                                      .type = kErased,
                                      .subject = name,
                                      .region = left.core.region,
                                      .time = tx.now(),
                                      .payload = payload.SerializeAsString()}));
  v1::EraseOperatorResponse out;
  *out.mutable_operator_() = ToProto(left);
  out.set_entries_erased(entries);
  return out;
}

// The operator that `key` names within `region`, or an empty name.
absl::StatusOr<std::string> LookUp(store::ReadTx& tx, const v1::OperatorKey& key,
                                   absl::string_view region, const IdentityHasher& hasher) {
  std::optional<OperatorId> id;
  if (!key.code().empty()) {
    id = OperatorId(codes::Tidy(key.code()));
    ASSIGN_OR_RETURN(const bool legal_person, OperatorExists(tx, *id));
    if (!legal_person) {
      ASSIGN_OR_RETURN(id, FindByCodeKey(tx, hasher.OfCode(id->value())));
    }
  } else {
    ASSIGN_OR_RETURN(const std::optional<SourceEntry> entry,
                     FindSource(tx, key.origin(), key.source_id()));
    if (entry) id = entry->id;
  }
  if (!id) return std::string();
  ASSIGN_OR_RETURN(const std::optional<Operator> op, FindOperator(tx, *id));
  if (!op || !codes::RegionContains(region, op->core.region)) return std::string();
  return OperatorName(*id);
}

absl::Status CheckKeys(const v1::LookUpOperatorsRequest& in) {
  errors::Violations wrong;
  CheckRegion(in.region(), "region", &wrong).IgnoreError();
  if (in.keys_size() < 1 || in.keys_size() > limits::kLookUpKeysMax) {
    wrong.Add("keys", {"must be 1 to 500", "应为1至500项", "ITEMS_COUNT"});
  }
  for (int i = 0; i < in.keys_size() && i < limits::kLookUpKeysMax; ++i) {
    const v1::OperatorKey& key = in.keys(i);
    const bool by_source = !key.origin().empty() && !key.source_id().empty();
    const bool clean = NormaliseText(key.origin(), limits::kOriginMax).ok() &&
                       NormaliseText(key.source_id(), limits::kSourceIdMax).ok() &&
                       NormaliseText(key.code(), limits::kSourceIdMax).ok();
    if (clean && key.code().empty() == by_source) continue;
    wrong.Add(absl::StrCat("keys[", i, "]"), {"needs origin and source_id, or a code",
                                              "应提供origin和source_id，或者code", "OPERATOR_KEY"});
  }
  return wrong.ToStatus();
}

}  // namespace

absl::StatusOr<rpc::Body<v1::EraseOperatorResponse>> PlanErasure(const v1::EraseOperatorRequest& in,
                                                                 Date today,
                                                                 const auth::Officer& officer,
                                                                 Allow allow,
                                                                 const OperatorHook& changed) {
  ASSIGN_OR_RETURN(const OperatorId id, ToOperatorId(in.name(), "name"));
  ASSIGN_OR_RETURN(const ErasureOrder order, ToErasureOrder(in.order(), today));
  const ErasureActor actor = {officer.person, officer.organisation};
  return rpc::Body<v1::EraseOperatorResponse>(
      [id, order, actor, changed, etag = in.etag(),
       allow = std::move(allow)](store::WriteTx& tx) -> absl::StatusOr<v1::EraseOperatorResponse> {
        ASSIGN_OR_RETURN(const std::optional<Operator> op, FindOperator(tx, id));
        if (!op) return errors::NotFound(OperatorName(id));
        RETURN_IF_ERROR(allow(tx, *op));
        RETURN_IF_ERROR(CheckEtag(*op, etag));
        RETURN_IF_ERROR(CheckErasable(*op));
        return Erase(tx, *op, order, actor, changed);
      });
}

grpc::ServerBidiReactor<v1::ImportOperatorsRequest, v1::ImportOperatorsResponse>*
OperatorService::ImportOperators(grpc::CallbackServerContext* context) {
  using In = v1::ImportOperatorsRequest;
  using Out = v1::ImportOperatorsResponse;
  return rpc::Import<In, Out>(
      edge_, context,
      [this](const rpc::Call& call, const In& chunk) -> absl::StatusOr<rpc::Body<Out>> {
        RETURN_IF_ERROR(call.RequireRegion(chunk.region()));
        return PlanImport(hasher_, chunk, changed_);
      });
}

grpc::ServerUnaryReactor* OperatorService::GetOperator(grpc::CallbackServerContext* context,
                                                       const v1::GetOperatorRequest* in,
                                                       v1::GetOperatorResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetOperatorRequest& in, store::ReadTx& tx,
                       v1::GetOperatorResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const OperatorId id, ToOperatorId(in.name(), "name"));
                      ASSIGN_OR_RETURN(const Past past, ToPast(in));
                      ASSIGN_OR_RETURN(const std::optional<Operator> op,
                                       FindOperator(tx, id, past));
                      if (!op) return errors::NotFound(in.name());
                      RETURN_IF_ERROR(call.RequireRegion(op->core.region));
                      *out->mutable_operator_() = ToProto(*op);
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* OperatorService::LookUpOperators(grpc::CallbackServerContext* context,
                                                           const v1::LookUpOperatorsRequest* in,
                                                           v1::LookUpOperatorsResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::LookUpOperatorsRequest& in,
                           store::ReadTx& tx, v1::LookUpOperatorsResponse* out) -> absl::Status {
                      RETURN_IF_ERROR(CheckKeys(in));
                      RETURN_IF_ERROR(call.RequireRegion(in.region()));
                      for (const v1::OperatorKey& key : in.keys()) {
                        ASSIGN_OR_RETURN(*out->add_names(), LookUp(tx, key, in.region(), hasher_));
                      }
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* OperatorService::ListOperators(grpc::CallbackServerContext* context,
                                                         const v1::ListOperatorsRequest* in,
                                                         v1::ListOperatorsResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListOperatorsRequest& in, store::ReadTx& tx,
         v1::ListOperatorsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(OperatorQuery query, ToQuery(in));
        RETURN_IF_ERROR(call.RequireRegion(in.region()));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
        query.after = page.after;
        query.known_at = page.known_at;
        query.past.Pin(page.known_at);
        query.count = page.size;
        ASSIGN_OR_RETURN(const std::vector<Operator> operators, registry::ListOperators(tx, query));
        for (const Operator& op : operators) *out->add_operators() = ToProto(op);
        if (static_cast<int>(operators.size()) == page.size) {
          out->set_next_page_token(rpc::NextPage(page, operators.back().id.value(), call.now()));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* OperatorService::ListFrame(grpc::CallbackServerContext* context,
                                                     const v1::ListFrameRequest* in,
                                                     v1::ListFrameResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListFrameRequest& in, store::ReadTx& tx,
         v1::ListFrameResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(OperatorQuery query, ToQuery(in));
        RETURN_IF_ERROR(call.RequireRegion(in.region()));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
        query.after = page.after;
        query.known_at = page.known_at;
        query.past.Pin(page.known_at);
        query.count = page.size;
        ASSIGN_OR_RETURN(const std::vector<Operator> units, ListCores(tx, query));
        for (const Operator& unit : units) *out->add_units() = ToFrameUnit(unit);
        if (static_cast<int>(units.size()) == page.size) {
          out->set_next_page_token(rpc::NextPage(page, units.back().id.value(), call.now()));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* OperatorService::CountOperators(grpc::CallbackServerContext* context,
                                                          const v1::CountOperatorsRequest* in,
                                                          v1::CountOperatorsResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::CountOperatorsRequest& in,
                       store::ReadTx& tx, v1::CountOperatorsResponse* out) -> absl::Status {
                      errors::Violations wrong;
                      RETURN_IF_ERROR(CheckRegion(in.region(), "region", &wrong));
                      RETURN_IF_ERROR(call.RequireRegion(in.region()));
                      ASSIGN_OR_RETURN(const Past past, ToPast(in));
                      ASSIGN_OR_RETURN(const std::vector<KindCount> counts,
                                       registry::CountOperators(tx, in.region(), past));
                      int64_t total = 0;
                      for (const KindCount& count : counts) {
                        v1::OperatorCount* added = out->add_counts();
                        added->set_kind(static_cast<v1::OperatorKind>(count.kind));
                        added->set_status(static_cast<v1::OperatorStatus>(count.status));
                        added->set_count(count.count);
                        total += count.count;
                      }
                      out->set_total(total);
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* OperatorService::EraseOperator(grpc::CallbackServerContext* context,
                                                         const v1::EraseOperatorRequest* in,
                                                         v1::EraseOperatorResponse* out) {
  return edge_.Write(context, in, out,
                     [this](const rpc::Call& call, const v1::EraseOperatorRequest& in)
                         -> absl::StatusOr<rpc::Body<v1::EraseOperatorResponse>> {
                       call.NoteResource(in.name());
                       return PlanErasure(
                           in, ToDate(call.now()), call.officer(),
                           [this, &call](store::ReadTx& tx, const Operator& op) {
                             return MayErase(edge_, call, tx, op);
                           },
                           changed_);
                     });
}

}  // namespace shian::registry
