#include "services/trace/recall/service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "libs/rpc/page.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/limits.h"
#include "services/trace/recall/scope.h"
#include "services/trace/recall/store.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::trace {
namespace {

constexpr char kApprovalChain[] = "approval.recall";

absl::StatusOr<Recall> MustFind(store::ReadTx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(auto found, recall::FindRecall(tx, id));
  if (!found) return errors::NotFound("recalls/" + id);
  return *std::move(found);
}

absl::Status CheckEtag(absl::string_view etag, int64_t version, const std::string& name) {
  if (etag.empty() || etag == absl::StrCat(version)) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kEtagMismatch, {{"name", name}});
}

// The forward trace from a recall's seeds at what `tx` sees, holders with their operators.
absl::StatusOr<Scope> ScopeNow(genealogy::LiveGraph& live, store::ReadTx& tx,
                               const std::vector<std::string>& seeds) {
  Scope scope;
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    scope = TraceScope(graph, graph.Now(), seeds,
                       {limits::kScopeEdgesMax, absl::Now() + limits::kScopeTime});
    return absl::OkStatus();
  }));
  for (ScopeHolder& holder : scope.holders) {
    ASSIGN_OR_RETURN(holder.operator_, genealogy::OperatorAt(tx, holder.place));
  }
  return scope;
}

absl::Status AppendFrozen(store::WriteTx& tx, const Recall& frozen, const v1::Recall& shown,
                          const Scope& scope, const Officer& officer) {
  ledger::Change change{.log = ledger::Log::kFacts,
                        .type = "shian.trace.recall.frozen",
                        .subject = frozen.operator_ + "/" + frozen.name(),
                        .region = frozen.region,
                        .time = tx.now(),
                        .payload = recall::FrozenChange(shown, scope).SerializeAsString(),
                        .cause = frozen.cause};
  RETURN_IF_ERROR(ledger::Append(tx, change));
  change.log = ledger::Log::kPublic;
  change.type = "shian.public.recall";
  change.payload = recall::Card(frozen, tx.now()).SerializeAsString();
  RETURN_IF_ERROR(ledger::Append(tx, change));
  change.log = ledger::Log::kAudit;
  change.type = "shian.audit.recall.frozen";
  common::v1::Actor actor;
  actor.set_person(officer.person);
  actor.set_organisation(officer.organisation);
  actor.set_card(officer.card);
  change.payload = actor.SerializeAsString();
  return ledger::Append(tx, change);
}

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
  ASSIGN_OR_RETURN(Recall frozen, MustFind(tx, plan.order.recall));
  RETURN_IF_ERROR(CheckEtag(plan.etag, frozen.version, frozen.name()));
  ASSIGN_OR_RETURN(const auto chain, policies.InForce<policy::v1::ApprovalChain>(
                                         tx, kApprovalChain, ToDate(frozen.propose_time)));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy, "freeze", plan.officer, {}, frozen.region));
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
  RETURN_IF_ERROR(AppendFrozen(tx, frozen, out.recall(), plan.scope, officer));
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
    ASSIGN_OR_RETURN(Recall found, MustFind(tx, plan->order.recall));
    RETURN_IF_ERROR(call.RequireRegion(found.region));
    found.further_seeds = plan->order.further_seeds;
    if (found.seeds().empty()) {
      return errors::InvalidField("further_seeds", {"is required: the sample names no lot",
                                                    "样品未载明批次，须填写追踪起点", "REQUIRED"});
    }
    ASSIGN_OR_RETURN(plan->scope, ScopeNow(live, tx, found.seeds()));
    return absl::OkStatus();
  }));
  return rpc::Body<v1::FreezeScopeResponse>(
      [plan, &policies = edge.policies()](store::WriteTx& tx) {
        return RunFreeze(policies, *plan, tx);
      });
}

// Keys of the pages: frozen lots sort before late ones.
constexpr absl::string_view kFrozenKey = "f", kLateKey = "l";

// The lots of the live trace that `keep` takes, sorted by identifier.
absl::StatusOr<std::vector<ScopeLot>> LiveLots(genealogy::LiveGraph& live, store::ReadTx& tx,
                                               const Recall& of, bool only_late, bool* complete) {
  ASSIGN_OR_RETURN(Scope scope, ScopeNow(live, tx, of.seeds()));
  *complete = scope.complete;
  std::vector<ScopeLot> lots;
  for (ScopeLot& lot : scope.lots) {
    bool frozen = false;
    if (only_late) {
      ASSIGN_OR_RETURN(frozen, recall::InScope(tx, of.id, lot.epc));
    }
    if (!frozen) lots.push_back(std::move(lot));
  }
  std::sort(lots.begin(), lots.end(),
            [](const ScopeLot& a, const ScopeLot& b) { return a.epc < b.epc; });
  return lots;
}

absl::Status ListLots(rpc::Edge&, genealogy::LiveGraph& live, const rpc::Call& call,
                      const v1::ListRecallLotsRequest& in, store::ReadTx& tx,
                      v1::ListRecallLotsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const Recall of, MustFind(tx, id));
  absl::string_view after = page.after;
  const bool in_late = absl::ConsumePrefix(&after, kLateKey);
  absl::ConsumePrefix(&after, kFrozenKey);
  out->set_complete(true);
  const auto add = [&](const ScopeLot& lot, bool late) {
    if (out->lots_size() == page.size) {
      const v1::RecallLot& last = out->lots(page.size - 1);
      const absl::string_view key = last.late() ? kLateKey : kFrozenKey;
      out->set_next_page_token(rpc::NextPage(page, absl::StrCat(key, last.epc()), call.now()));
      return false;
    }
    *out->add_lots() = recall::ToProto(lot, late);
    return true;
  };
  if (of.frozen() && !in.late_only() && !in_late) {
    ASSIGN_OR_RETURN(const auto frozen,
                     recall::ListScope(tx, id, std::string(after), page.size + 1));
    for (const ScopeLot& lot : frozen) {
      if (!add(lot, false)) return absl::OkStatus();
    }
    after = "";
  }
  if (!of.frozen() && in.late_only()) return absl::OkStatus();
  bool complete = true;
  ASSIGN_OR_RETURN(const auto lots, LiveLots(live, tx, of, of.frozen(), &complete));
  out->set_complete(complete);
  for (const ScopeLot& lot : lots) {
    if (lot.epc > after && !add(lot, of.frozen())) break;
  }
  return absl::OkStatus();
}

absl::Status ListHolders(const rpc::Call& call, const v1::ListRecallNoticesRequest& in,
                         store::ReadTx& tx, v1::ListRecallNoticesResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  RETURN_IF_ERROR(MustFind(tx, id).status());
  ASSIGN_OR_RETURN(const auto notices, recall::ListNotices(tx, id, page.after, page.size + 1));
  for (const Notice& notice : notices) {
    if (out->notices_size() == page.size) {
      const std::string& last = notices[page.size - 1].id;
      out->set_next_page_token(rpc::NextPage(page, last, call.now()));
      break;
    }
    *out->add_notices() = recall::ToProto(notice);
  }
  return absl::OkStatus();
}

absl::Status ListAll(rpc::Edge& edge, const rpc::Call& call, const v1::ListRecallsRequest& in,
                     store::ReadTx& tx, v1::ListRecallsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const recall::RecallFilter filter, recall::ToFilter(in));
  ASSIGN_OR_RETURN(const auto recalls, recall::ListRecalls(tx, filter, page.after, page.size + 1));
  for (const Recall& each : recalls) {
    if (out->recalls_size() == page.size) {
      const std::string& last = recalls[page.size - 1].id;
      out->set_next_page_token(rpc::NextPage(page, last, call.now()));
      break;
    }
    ASSIGN_OR_RETURN(*out->add_recalls(),
                     recall::ToProto(tx, edge.policies(), each, call.locale()));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::AcknowledgeNoticeResponse> RunAcknowledge(const recall::NoticeId& id,
                                                             const std::string& etag,
                                                             const Acknowledgement& answer,
                                                             store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, MustFind(tx, id.recall));
  ASSIGN_OR_RETURN(auto notice, recall::FindNotice(tx, id.recall, id.notice));
  if (!notice) return errors::NotFound(absl::StrCat(of.name(), "/notices/", id.notice));
  RETURN_IF_ERROR(CheckEtag(etag, notice->version, notice->name()));
  RETURN_IF_ERROR(Acknowledge(answer, tx.now(), &of, &*notice));
  RETURN_IF_ERROR(recall::PutRecall(tx, of));
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

grpc::ServerUnaryReactor* RecallService::GetRecall(grpc::CallbackServerContext* context,
                                                   const v1::GetRecallRequest* in,
                                                   v1::GetRecallResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetRecallRequest& in, store::ReadTx& tx,
                           v1::GetRecallResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.name(), "name"));
                      ASSIGN_OR_RETURN(const Recall found, MustFind(tx, id));
                      ASSIGN_OR_RETURN(*out->mutable_recall(),
                                       recall::ToProto(tx, edge_.policies(), found, call.locale()));
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* RecallService::ListRecalls(grpc::CallbackServerContext* context,
                                                     const v1::ListRecallsRequest* in,
                                                     v1::ListRecallsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListRecallsRequest& in, store::ReadTx& tx,
             v1::ListRecallsResponse* out) { return ListAll(edge_, call, in, tx, out); });
}

grpc::ServerUnaryReactor* RecallService::FreezeScope(grpc::CallbackServerContext* context,
                                                     const v1::FreezeScopeRequest* in,
                                                     v1::FreezeScopeResponse* out) {
  return edge_.WriteBlocking(context, in, out,
                             [this](const rpc::Call& call, const v1::FreezeScopeRequest& in) {
                               return PlanFreeze(edge_, graph_, call, in);
                             });
}

grpc::ServerUnaryReactor* RecallService::ListRecallLots(grpc::CallbackServerContext* context,
                                                        const v1::ListRecallLotsRequest* in,
                                                        v1::ListRecallLotsResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::ListRecallLotsRequest& in,
                                   store::ReadTx& tx, v1::ListRecallLotsResponse* out) {
                              return ListLots(edge_, graph_, call, in, tx, out);
                            });
}

grpc::ServerUnaryReactor* RecallService::ListRecallNotices(grpc::CallbackServerContext* context,
                                                           const v1::ListRecallNoticesRequest* in,
                                                           v1::ListRecallNoticesResponse* out) {
  return edge_.Read(context, in, out, ListHolders);
}

grpc::ServerUnaryReactor* RecallService::AcknowledgeNotice(grpc::CallbackServerContext* context,
                                                           const v1::AcknowledgeNoticeRequest* in,
                                                           v1::AcknowledgeNoticeResponse* out) {
  return edge_.Write(context, in, out,
                     [](const rpc::Call&, const v1::AcknowledgeNoticeRequest& in)
                         -> absl::StatusOr<rpc::Body<v1::AcknowledgeNoticeResponse>> {
                       ASSIGN_OR_RETURN(const recall::NoticeId id, recall::ToNoticeId(in.name()));
                       ASSIGN_OR_RETURN(const Acknowledgement answer,
                                        recall::ToAcknowledgement(in));
                       return rpc::Body<v1::AcknowledgeNoticeResponse>(
                           [id, etag = in.etag(), answer](store::WriteTx& tx) {
                             return RunAcknowledge(id, etag, answer, tx);
                           });
                     });
}

}  // namespace shian::trace
