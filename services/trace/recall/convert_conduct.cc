#include "services/trace/recall/convert_conduct.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/calendar/explain.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/store_conduct.h"
#include "shian/policy/v1/recall.pb.h"

namespace shian::trace::recall {
namespace {

using policy::v1::RecallRule;

static_assert(static_cast<int>(DisposalMeasure::kDestruction) ==
              policy::v1::RECALL_DISPOSAL_MEASURE_DESTRUCTION);
static_assert(static_cast<int>(RecallState::kClosed) == v1::RECALL_STATE_CLOSED);

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

void AddStep(const RecallStep& step, v1::Recall* out) {
  switch (step.act) {
    case RecallAct::kOrdered:
      *out->mutable_order()->mutable_order_time() = rpc::ToProto(step.time);
      *out->mutable_order()->mutable_ordered_by() = recall::ToProto(step.by);
      out->mutable_order()->set_reason(step.text);
      return;
    case RecallAct::kExtended: {
      v1::RecallExtension* extension = out->add_extensions();
      *extension->mutable_extend_time() = rpc::ToProto(step.time);
      *extension->mutable_extended_by() = recall::ToProto(step.by);
      extension->set_count(step.count);
      extension->set_reason(step.text);
      return;
    }
    case RecallAct::kCompleted:
      return;  // complete_time says it
    case RecallAct::kClosed:
      *out->mutable_closing()->mutable_close_time() = rpc::ToProto(step.time);
      *out->mutable_closing()->mutable_closed_by() = recall::ToProto(step.by);
      out->mutable_closing()->set_summary(step.text);
      out->mutable_closing()->set_no_disposal_reason(step.more);
      return;
  }
}

v1::PlannedProduct ToProto(const PlannedProduct& product) {
  v1::PlannedProduct out;
  out.set_product(product.product);
  out.set_brand(product.brand);
  out.set_specification(product.specification);
  for (const Date date : product.production_dates) *out.add_production_dates() = ToProto(date);
  for (const std::string& batch : product.batches) out.add_batches(batch);
  out.set_quantity(product.quantity);
  out.set_uom(product.uom);
  return out;
}

v1::RecallPlanContent ToProto(const PlanContent& content) {
  v1::RecallPlanContent out;
  out.set_contact_name(content.contact_name);
  out.set_contact_details(content.contact_details);
  for (const PlannedProduct& product : content.products) *out.add_products() = ToProto(product);
  out.set_sales_region(content.sales_region);
  out.set_reason(content.reason);
  out.set_harm(content.harm);
  out.set_recall_class(static_cast<v1::RecallClass>(content.recall_class));
  out.set_steps(content.steps);
  out.set_notice_text(content.notice_text);
  out.set_notice_channels(content.notice_channels);
  out.set_duties_of_others(content.duties_of_others);
  out.set_disposal(content.disposal);
  out.set_cost_bearing(content.cost_bearing);
  out.set_expected_effect(content.expected_effect);
  return out;
}

}  // namespace

absl::Status AddSteps(store::ReadTx& tx, const Recall& recall, v1::Recall* out) {
  // Most recalls had none, and lists are long.
  const bool any =
      recall.ordered() || recall.extension_count > 0 || recall.close_time != absl::InfiniteFuture();
  if (!any) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto steps, ListSteps(tx, recall.id, recall.version));
  for (const RecallStep& step : steps) AddStep(step, out);
  return absl::OkStatus();
}

void ExplainExtension(int by_rule, int more, calendar::Unit unit, calendar::Due* due) {
  const calendar::UnitNames names = calendar::NamesOf(unit);
  due->explanation_zh = absl::StrCat("原定", by_rule, names.zh, "，经同意延长", more, names.zh,
                                     "；", due->explanation_zh);
  due->explanation_en = absl::StrCat("Originally ", by_rule, " ", names.en, ", extended by ", more,
                                     " ", names.en, " with consent; ", due->explanation_en);
}

absl::StatusOr<DisposalRule> RuleOfDisposal(store::ReadTx& tx, const policy::Policies& policies,
                                            const Recall& recall, DisposalMeasure measure,
                                            Date on) {
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<RecallRule>(tx, kRecallRule, on));
  DisposalRule out;
  out.title_zh = policy::v1::RecallDisposalMeasure_Name(static_cast<int>(measure));
  out.basis = recall.basis;
  for (const auto& row : rule.policy().disposals()) {
    if (row.measure() != static_cast<int>(measure)) continue;
    const auto& classes = row.classes();
    const int own = static_cast<int>(recall.recall_class);
    out.title_zh = row.title_zh();
    out.advance_report = row.advance_report();
    out.in_class =
        classes.empty() || std::find(classes.begin(), classes.end(), own) != classes.end();
    out.basis = policy::ToBasis(row.legal_basis());
  }
  return out;
}

absl::StatusOr<ExtensionLimit> LimitOf(store::ReadTx& tx, const policy::Policies& policies,
                                       const calendar::Rule& rule, Date on) {
  ASSIGN_OR_RETURN(const auto recalls, policies.InForce<RecallRule>(tx, kRecallRule, on));
  const policy::v1::RecallExtensionRule& extension = recalls.policy().extension();
  ExtensionLimit limit;
  limit.count_max = extension.count_max();
  limit.times_max = rule.extensions_max;
  limit.count_max_zh = absl::StrCat(limit.count_max, calendar::NamesOf(rule.budget.unit).zh);
  limit.basis =
      recalls.policy().has_extension() ? policy::ToBasis(extension.legal_basis()) : rule.basis;
  return limit;
}

absl::StatusOr<calendar::Rule> CloseRule(store::ReadTx& tx, const policy::Policies& policies,
                                         const Recall& recall) {
  const Date on = ToDate(recall.complete_time);
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<RecallRule>(tx, kRecallRule, on));
  if (rule.policy().close_clock().empty()) return calendar::Rule();
  auto clock = policies.RuleInForce(tx, rule.policy().close_clock(), on);
  // A table of before this clock may still be in force.
  if (absl::IsNotFound(clock.status())) return calendar::Rule();
  return clock;
}

v1::RecallPlan ToProto(const RecallPlan& plan) {
  v1::RecallPlan out;
  out.set_name(plan.name());
  *out.mutable_content() = ToProto(plan.content);
  *out.mutable_receive_time() = rpc::ToProto(plan.received);
  *out.mutable_file_time() = rpc::ToProto(plan.recorded);
  *out.mutable_filed_by() = ToProto(plan.filed_by);
  if (!plan.assessment) return out;
  v1::PlanAssessment* assessment = out.mutable_assessment();
  assessment->set_verdict(plan.assessment->accepted ? v1::PLAN_VERDICT_ACCEPTED
                                                    : v1::PLAN_VERDICT_MUST_BE_CHANGED);
  assessment->set_reasons(plan.assessment->reasons);
  *assessment->mutable_assessed_by() = ToProto(plan.assessment->by);
  *assessment->mutable_assess_time() = rpc::ToProto(plan.assessment->time);
  return out;
}

v1::RecallDisposal ToProto(const Disposal& row) {
  v1::RecallDisposal out;
  out.set_name(row.name());
  out.set_measure(static_cast<policy::v1::RecallDisposalMeasure>(row.measure));
  out.set_quantity(row.quantity);
  out.set_uom(row.uom);
  out.set_place(row.place);
  if (row.time != absl::InfiniteFuture()) *out.mutable_dispose_time() = rpc::ToProto(row.time);
  out.set_supervisor(row.supervisor);
  if (row.announced != absl::InfiniteFuture()) {
    *out.mutable_announce_time() = rpc::ToProto(row.announced);
  }
  if (row.takes_back != 0) {
    out.set_takes_back(absl::StrCat("recalls/", row.recall, "/disposals/", row.takes_back));
  }
  out.set_remark(row.remark);
  out.set_taken_back(row.taken_back);
  *out.mutable_record_time() = rpc::ToProto(row.recorded);
  *out.mutable_recorded_by() = ToProto(row.by);
  return out;
}

v1::RecallEffect ToProto(const RecallEffect& effect) {
  v1::RecallEffect out;
  out.set_notices_issued(effect.issued);
  out.set_notices_acknowledged(effect.acknowledged);
  out.set_first_acknowledge_seconds(absl::ToInt64Seconds(effect.first));
  out.set_median_acknowledge_seconds(absl::ToInt64Seconds(effect.median));
  out.set_last_acknowledge_seconds(absl::ToInt64Seconds(effect.last));
  for (const UnitAmounts& amounts : effect.amounts) {
    v1::RecallQuantity* quantity = out.add_quantities();
    quantity->set_uom(amounts.uom);
    quantity->set_recovered(amounts.recovered);
    quantity->set_disposed(amounts.disposed);
  }
  return out;
}

}  // namespace shian::trace::recall
