#include "services/trace/recall/service_conduct.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/convert_conduct.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service_open.h"
#include "services/trace/recall/service_write.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"

namespace shian::trace {
namespace {

absl::StatusOr<v1::FilePlanResponse> RunFilePlan(const policy::Policies& policies,
                                                 const rpc::Call& call, RecallPlan plan,
                                                 store::WriteTx& tx) {
  ASSIGN_OR_RETURN(const Recall of, recall::Open(call, tx, plan.recall));
  ASSIGN_OR_RETURN(const errors::Basis basis,
                   recall::CheckStep(policies, tx, "plan", call.officer(), of));
  RETURN_IF_ERROR(CheckPlanTaken(of, basis));
  ASSIGN_OR_RETURN(const auto last, recall::FindPlan(tx, of.id, 0));
  plan.number = last ? last->number + 1 : 1;
  plan.filed_by = recall::ToOfficer(call.officer());
  plan.recorded = tx.now();
  RETURN_IF_ERROR(recall::InsertPlan(tx, of.operator_, plan));
  v1::RecallPlanned told;
  told.set_plan(plan.name());
  told.set_operator_(of.operator_);
  told.set_recall_class(static_cast<v1::RecallClass>(plan.content.recall_class));
  *told.mutable_receive_time() = rpc::ToProto(plan.received);
  RETURN_IF_ERROR(recall::Tell(tx, of, "planned", told.SerializeAsString(), call.officer()));
  v1::FilePlanResponse out;
  *out.mutable_plan() = recall::ToProto(plan);
  return out;
}

absl::StatusOr<RecallPlan> MustFindPlan(store::ReadTx& tx, const std::string& id, int number,
                                        absl::Time at = absl::InfiniteFuture()) {
  ASSIGN_OR_RETURN(auto plan, recall::FindPlan(tx, id, number, at));
  if (plan) return *std::move(plan);
  return errors::NotFound(absl::StrCat("recalls/", id, "/plans/", number == 0 ? 1 : number));
}

absl::StatusOr<v1::AssessPlanResponse> RunAssess(const policy::Policies& policies,
                                                 const rpc::Call& call, recall::PlanOrder order,
                                                 store::WriteTx& tx) {
  ASSIGN_OR_RETURN(const Recall of, recall::Open(call, tx, order.recall));
  ASSIGN_OR_RETURN(RecallPlan plan, MustFindPlan(tx, of.id, order.plan));
  ASSIGN_OR_RETURN(const RecallPlan last, MustFindPlan(tx, of.id, 0));
  ASSIGN_OR_RETURN(const errors::Basis basis,
                   recall::CheckStep(policies, tx, "plan_assessment", call.officer(), of));
  order.assessment.by = recall::ToOfficer(call.officer());
  order.assessment.time = tx.now();
  RETURN_IF_ERROR(Assess(of, last.number, basis, std::move(order.assessment), &plan));
  RETURN_IF_ERROR(recall::InsertAssessment(tx, plan));
  v1::AssessPlanResponse out;
  *out.mutable_plan() = recall::ToProto(plan);
  v1::RecallPlanAssessed told;
  told.set_plan(plan.name());
  told.set_operator_(of.operator_);
  told.set_verdict(out.plan().assessment().verdict());
  RETURN_IF_ERROR(recall::Tell(tx, of, "plan_assessed", told.SerializeAsString(), call.officer()));
  return out;
}

// The row that an act of an officer leaves beside the version of the recall that it made.
absl::Status PutAct(store::WriteTx& tx, RecallAct act, const rpc::Call& call, const Recall& of,
                    const recall::ActOrder& order) {
  RETURN_IF_ERROR(recall::PutRecall(tx, of));
  return recall::PutStep(tx, of.id,
                         {.act = act,
                          .version = of.version,
                          .by = recall::ToOfficer(call.officer()),
                          .time = tx.now(),
                          .count = order.count,
                          .text = order.reason});
}

absl::StatusOr<v1::ExtendRecallResponse> RunExtend(const policy::Policies& policies,
                                                   const rpc::Call& call,
                                                   const recall::ActOrder& order,
                                                   store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, recall::Open(call, tx, order.recall));
  RETURN_IF_ERROR(recall::CheckEtag(order.etag, of.version, of.name()));
  RETURN_IF_ERROR(recall::CheckStep(policies, tx, "extension", call.officer(), of).status());
  ASSIGN_OR_RETURN(const auto clocks, recall::DueClocksOf(tx, policies, of));
  ASSIGN_OR_RETURN(const ExtensionLimit limit,
                   recall::LimitOf(tx, policies, clocks.back().rule, ToDate(tx.now())));
  ASSIGN_OR_RETURN(const auto steps, recall::ListSteps(tx, of.id, of.version));
  const auto times = std::count_if(steps.begin(), steps.end(), [](const RecallStep& step) {
    return step.act == RecallAct::kExtended;
  });
  RETURN_IF_ERROR(
      Extend(limit, static_cast<int>(times), clocks.back().due, order.count, tx.now(), &of));
  RETURN_IF_ERROR(PutAct(tx, RecallAct::kExtended, call, of, order));
  v1::ExtendRecallResponse out;
  ASSIGN_OR_RETURN(*out.mutable_recall(), recall::ToProto(tx, policies, of, call.locale()));
  v1::RecallExtended told;
  told.set_recall(of.name());
  told.set_operator_(of.operator_);
  told.set_count(order.count);
  *told.mutable_deadline() = *out.recall().deadlines().rbegin();
  RETURN_IF_ERROR(recall::Tell(tx, of, "extended", told.SerializeAsString(), call.officer()));
  // The law wants it published.
  RETURN_IF_ERROR(recall::Publish(tx, of, out.recall()));
  return out;
}

absl::StatusOr<v1::OrderRecallResponse> RunOrder(const policy::Policies& policies,
                                                 const rpc::Call& call,
                                                 const recall::ActOrder& order,
                                                 store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, recall::Open(call, tx, order.recall));
  RETURN_IF_ERROR(recall::CheckEtag(order.etag, of.version, of.name()));
  ASSIGN_OR_RETURN(const errors::Basis basis,
                   recall::CheckStep(policies, tx, "order", call.officer(), of));
  ASSIGN_OR_RETURN(const auto clocks, recall::DueClocksOf(tx, policies, of));
  const Recall before = of;
  RETURN_IF_ERROR(Order(clocks.front().due, basis, tx.now(), &of));
  RETURN_IF_ERROR(TellBreach(tx, policies, before));
  RETURN_IF_ERROR(PutAct(tx, RecallAct::kOrdered, call, of, order));
  v1::OrderRecallResponse out;
  ASSIGN_OR_RETURN(*out.mutable_recall(), recall::ToProto(tx, policies, of, call.locale()));
  v1::RecallOrdered told;
  told.set_recall(of.name());
  told.set_operator_(of.operator_);
  told.set_reason(order.reason);
  *told.mutable_deadline() = out.recall().deadlines(0);
  told.set_product(of.product);
  RETURN_IF_ERROR(recall::Tell(tx, of, "ordered", told.SerializeAsString(), call.officer()));
  RETURN_IF_ERROR(recall::Publish(tx, of, out.recall()));
  return out;
}

absl::Status ReadPlan(const rpc::Call& call, const v1::GetRecallPlanRequest& in, store::ReadTx& tx,
                      v1::GetRecallPlanResponse* out) {
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  if (in.plan() < 0) {
    return errors::InvalidField("plan", {"must be at least 0", "应不小于0", "RANGE"});
  }
  ASSIGN_OR_RETURN(const absl::Time at, recall::PastOf(in));
  RETURN_IF_ERROR(recall::Open(call, tx, id, at).status());
  ASSIGN_OR_RETURN(const RecallPlan plan, MustFindPlan(tx, id, in.plan(), at));
  *out->mutable_plan() = recall::ToProto(plan);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RecallConductService::FilePlan(grpc::CallbackServerContext* context,
                                                         const v1::FilePlanRequest* in,
                                                         v1::FilePlanResponse* out) {
  const auto convert = [](const rpc::Call& call, const v1::FilePlanRequest& in) {
    return recall::ToPlan(in, call.now());
  };
  return recall::Write(edge_, context, in, out, convert, RunFilePlan);
}

grpc::ServerUnaryReactor* RecallConductService::AssessPlan(grpc::CallbackServerContext* context,
                                                           const v1::AssessPlanRequest* in,
                                                           v1::AssessPlanResponse* out) {
  const auto convert = [](const rpc::Call&, const v1::AssessPlanRequest& in) {
    return recall::ToAssessment(in);
  };
  return recall::Write(edge_, context, in, out, convert, RunAssess);
}

grpc::ServerUnaryReactor* RecallConductService::GetRecallPlan(grpc::CallbackServerContext* context,
                                                              const v1::GetRecallPlanRequest* in,
                                                              v1::GetRecallPlanResponse* out) {
  return edge_.Read(context, in, out, ReadPlan);
}

grpc::ServerUnaryReactor* RecallConductService::ExtendRecall(grpc::CallbackServerContext* context,
                                                             const v1::ExtendRecallRequest* in,
                                                             v1::ExtendRecallResponse* out) {
  const auto convert = [](const rpc::Call&, const v1::ExtendRecallRequest& in) {
    return recall::ToAct(in);
  };
  return recall::Write(edge_, context, in, out, convert, RunExtend);
}

grpc::ServerUnaryReactor* RecallConductService::OrderRecall(grpc::CallbackServerContext* context,
                                                            const v1::OrderRecallRequest* in,
                                                            v1::OrderRecallResponse* out) {
  const auto convert = [](const rpc::Call&, const v1::OrderRecallRequest& in) {
    return recall::ToAct(in);
  };
  return recall::Write(edge_, context, in, out, convert, RunOrder);
}

}  // namespace shian::trace
