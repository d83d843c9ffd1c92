#include "services/trace/recall/service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service_open.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"

namespace shian::trace {
namespace {

// What was traced before the transaction, and what must still hold inside it.
struct FreezePlan {
  recall::FreezeOrder order;
  std::string etag;
  Scope scope;
  auth::Officer officer;
  std::string locale;
};

absl::StatusOr<v1::FreezeScopeResponse> RunFreeze(const policy::Policies& policies,
                                                  const FreezePlan& plan, store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall frozen, recall::MustFind(tx, plan.order.recall));
  RETURN_IF_ERROR(recall::CheckEtag(plan.etag, frozen.version, frozen.name()));
  RETURN_IF_ERROR(recall::CheckStep(policies, tx, "freeze", plan.officer, frozen).status());
  RETURN_IF_ERROR(TellBreach(tx, policies, frozen));
  const RecallClass decided =
      plan.order.class_stated ? plan.order.recall_class : frozen.recall_class;
  if (decided != frozen.recall_class) {
    ASSIGN_OR_RETURN(const ClassRule rule,
                     recall::RuleOfClass(tx, policies, decided, ToDate(frozen.known_time)));
    ApplyClass(decided, rule, &frozen);
  }
  frozen.further_seeds = plan.order.further_seeds;
  const Officer officer = recall::ToOfficer(plan.officer);
  ASSIGN_OR_RETURN(const std::vector<Notice> notices,
                   Freeze(plan.scope, officer, tx.now(), &frozen));
  RETURN_IF_ERROR(recall::PutRecall(tx, frozen));
  RETURN_IF_ERROR(recall::InsertScope(tx, frozen.id, plan.scope.lots));
  for (const Notice& notice : notices) RETURN_IF_ERROR(recall::PutNotice(tx, notice));
  v1::FreezeScopeResponse out;
  ASSIGN_OR_RETURN(*out.mutable_recall(), recall::ToProto(tx, policies, frozen, plan.locale));
  RETURN_IF_ERROR(recall::Tell(tx, frozen, "frozen",
                               recall::FrozenChange(out.recall(), plan.scope).SerializeAsString(),
                               plan.officer));
  RETURN_IF_ERROR(recall::Publish(tx, frozen, out.recall()));
  return out;
}

// The trace runs before the transaction: a write touches no read model. Events captured between the
// two are not lost: they show as late.
absl::StatusOr<rpc::Body<v1::FreezeScopeResponse>> PlanFreeze(rpc::Edge& edge,
                                                              genealogy::LiveGraph& live,
                                                              const rpc::Call& call,
                                                              const v1::FreezeScopeRequest& in) {
  auto plan = std::make_shared<FreezePlan>();
  ASSIGN_OR_RETURN(plan->order, recall::ToOrder(in));
  plan->etag = in.etag();
  plan->officer = call.officer();
  plan->locale = std::string(call.locale());
  RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Recall found, recall::Open(call, tx, plan->order.recall));
    found.further_seeds = plan->order.further_seeds;
    if (found.seeds().empty()) {
      return errors::InvalidField("further_seeds", {"is required: the sample names no lot",
                                                    "样品未载明批次，须填写追踪起点", "REQUIRED"});
    }
    ASSIGN_OR_RETURN(plan->scope, recall::ScopeAt(live, tx, found.seeds()));
    return absl::OkStatus();
  }));
  return rpc::Body<v1::FreezeScopeResponse>(
      [plan, &policies = edge.policies()](store::WriteTx& tx) {
        return RunFreeze(policies, *plan, tx);
      });
}

absl::StatusOr<v1::CompleteRecallResponse> RunComplete(const policy::Policies& policies,
                                                       const rpc::Call& call, const std::string& id,
                                                       const std::string& etag,
                                                       store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, recall::Open(call, tx, id));
  RETURN_IF_ERROR(recall::CheckEtag(etag, of.version, of.name()));
  const Recall before = of;
  RETURN_IF_ERROR(Complete(tx.now(), &of));
  RETURN_IF_ERROR(recall::CheckStep(policies, tx, "completion", call.officer(), of).status());
  RETURN_IF_ERROR(TellBreach(tx, policies, before));
  RETURN_IF_ERROR(recall::PutRecall(tx, of));
  RETURN_IF_ERROR(recall::PutStep(tx, of.id,
                                  {.act = RecallAct::kCompleted,
                                   .version = of.version,
                                   .by = recall::ToOfficer(call.officer()),
                                   .time = tx.now()}));
  v1::CompleteRecallResponse out;
  ASSIGN_OR_RETURN(*out.mutable_recall(), recall::ToProto(tx, policies, of, call.locale()));
  RETURN_IF_ERROR(recall::Publish(tx, of, out.recall()));
  return out;
}

// The recall's division or the holder's own.
absl::Status CheckAnswerer(const rpc::Call& call, store::ReadTx& tx, const Recall& of,
                           const Notice& notice) {
  const absl::Status ours = call.RequireRegion(of.region);
  if (ours.ok()) return ours;
  ASSIGN_OR_RETURN(const std::string region, genealogy::RegionAt(tx, notice.holder.place));
  return !region.empty() && call.RequireRegion(region).ok() ? absl::OkStatus() : ours;
}

absl::StatusOr<v1::AcknowledgeNoticeResponse> RunAcknowledge(const rpc::Call& call,
                                                             const recall::NoticeId& id,
                                                             const std::string& etag,
                                                             const Acknowledgement& answer,
                                                             store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, recall::MustFind(tx, id.recall));
  ASSIGN_OR_RETURN(auto notice, recall::FindNotice(tx, id.recall, id.notice));
  if (!notice) return errors::NotFound(absl::StrCat(of.name(), "/notices/", id.notice));
  RETURN_IF_ERROR(CheckAnswerer(call, tx, of, *notice));
  RETURN_IF_ERROR(recall::CheckEtag(etag, notice->version, notice->name()));
  const int64_t before = of.version;
  RETURN_IF_ERROR(Acknowledge(answer, tx.now(), &of, &*notice));
  if (of.version != before) RETURN_IF_ERROR(recall::PutRecall(tx, of));
  RETURN_IF_ERROR(recall::PutNotice(tx, *notice));
  v1::AcknowledgeNoticeResponse out;
  *out.mutable_notice() = recall::ToProto(*notice);
  v1::NoticeAcknowledged payload;
  *payload.mutable_notice() = out.notice();
  // About the holder when it is known: what it wrote goes with it when it is erased.
  const std::string holder =
      notice->holder.operator_.empty() ? of.operator_ : notice->holder.operator_;
  RETURN_IF_ERROR(ledger::Append(tx, {.log = ledger::Log::kFacts,
                                      .type = "shian.trace.notice.acknowledged",
                                      .subject = holder + "/" + notice->name(),
                                      .region = of.region,
                                      .time = tx.now(),
                                      .payload = payload.SerializeAsString(),
                                      .cause = of.cause}));
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* RecallService::FreezeScope(grpc::CallbackServerContext* context,
                                                     const v1::FreezeScopeRequest* in,
                                                     v1::FreezeScopeResponse* out) {
  return edge_.WriteBlocking(context, in, out,
                             [this](const rpc::Call& call, const v1::FreezeScopeRequest& in) {
                               return PlanFreeze(edge_, graph_, call, in);
                             });
}

grpc::ServerUnaryReactor* RecallService::CompleteRecall(grpc::CallbackServerContext* context,
                                                        const v1::CompleteRecallRequest* in,
                                                        v1::CompleteRecallResponse* out) {
  return edge_.Write(context, in, out,
                     [this](const rpc::Call& call, const v1::CompleteRecallRequest& in)
                         -> absl::StatusOr<rpc::Body<v1::CompleteRecallResponse>> {
                       ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.name(), "name"));
                       return rpc::Body<v1::CompleteRecallResponse>(
                           [this, &call, id, etag = in.etag()](store::WriteTx& tx) {
                             return RunComplete(edge_.policies(), call, id, etag, tx);
                           });
                     });
}

grpc::ServerUnaryReactor* RecallService::AcknowledgeNotice(grpc::CallbackServerContext* context,
                                                           const v1::AcknowledgeNoticeRequest* in,
                                                           v1::AcknowledgeNoticeResponse* out) {
  return edge_.Write(context, in, out,
                     [](const rpc::Call& call, const v1::AcknowledgeNoticeRequest& in)
                         -> absl::StatusOr<rpc::Body<v1::AcknowledgeNoticeResponse>> {
                       ASSIGN_OR_RETURN(const recall::NoticeId id, recall::ToNoticeId(in.name()));
                       ASSIGN_OR_RETURN(const Acknowledgement answer,
                                        recall::ToAcknowledgement(in));
                       return rpc::Body<v1::AcknowledgeNoticeResponse>(
                           [&call, id, etag = in.etag(), answer](store::WriteTx& tx) {
                             return RunAcknowledge(call, id, etag, answer, tx);
                           });
                     });
}

}  // namespace shian::trace
