#include "services/trace/recall/store_conduct.h"

#include <set>
#include <utility>

#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/trace/recall/limits.h"
#include "services/trace/recall/store_rows.h"

namespace shian::trace::recall {
namespace {

using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const store::FactTable kSteps("recall_step",
                              {"recall", "version", "act", "officer_person", "officer_organisation",
                               "officer_card", "amount", "reason", "no_disposal", "recorded"},
                              2);
const store::FactTable kPlans("recall_plan",
                              {"recall",
                               "plan",
                               "operator",
                               "contact_name",
                               "contact_details",
                               "sales_region",
                               "reason",
                               "harm",
                               "class",
                               "steps",
                               "notice_text",
                               "notice_channels",
                               "duties_of_others",
                               "disposal",
                               "cost_bearing",
                               "expected_effect",
                               "received",
                               "officer_person",
                               "officer_organisation",
                               "officer_card",
                               "recorded"},
                              2);
constexpr size_t kContactName = 3, kContactDetails = 4;
const store::FactTable kProducts("recall_plan_product",
                                 {"recall", "plan", "position", "product", "brand", "specification",
                                  "production_dates", "batches", "quantity", "uom"},
                                 3);
const store::FactTable kAssessments("recall_plan_assessment",
                                    {"recall", "plan", "accepted", "reasons", "officer_person",
                                     "officer_organisation", "officer_card", "recorded"},
                                    2);
const store::FactTable kDisposals("recall_disposal",
                                  {"recall", "disposal", "measure", "quantity", "uom", "place",
                                   "dispose_time", "supervisor", "announce_time", "takes_back",
                                   "remark", "officer_person", "officer_organisation",
                                   "officer_card", "recorded"},
                                  2);

std::string DateLines(const std::vector<Date>& dates) {
  return absl::StrJoin(dates, "\n",
                       [](std::string* out, Date date) { out->append(FormatDate(date)); });
}

absl::StatusOr<PlannedProduct> ToProduct(const Row& row) {
  Columns in(row);
  in.Skip();  // recall
  in.Skip();  // plan
  in.Skip();  // position
  PlannedProduct product;
  product.product = in.Text();
  product.brand = in.Text();
  product.specification = in.Text();
  for (const std::string& line : in.Lines()) {
    ASSIGN_OR_RETURN(product.production_dates.emplace_back(), ParseDate(line));
  }
  product.batches = in.Lines();
  product.quantity = in.Text();
  product.uom = in.Text();
  return product;
}

RecallPlan ToPlan(const Row& row) {
  Columns in(row);
  RecallPlan plan;
  plan.recall = in.Text();
  plan.number = static_cast<int>(in.Int());
  in.Skip();  // operator
  PlanContent& content = plan.content;
  content.contact_name = in.Text();
  content.contact_details = in.Text();
  content.sales_region = in.Text();
  content.reason = in.Text();
  content.harm = in.Text();
  content.recall_class = static_cast<RecallClass>(in.Int());
  content.steps = in.Text();
  content.notice_text = in.Text();
  content.notice_channels = in.Text();
  content.duties_of_others = in.Text();
  content.disposal = in.Text();
  content.cost_bearing = in.Text();
  content.expected_effect = in.Text();
  plan.received = in.Time();
  plan.filed_by = in.By();
  plan.recorded = in.Time();
  return plan;
}

PlanAssessment ToAssessment(const Row& row) {
  Columns in(row);
  in.Skip();  // recall
  in.Skip();  // plan
  PlanAssessment assessment;
  assessment.accepted = in.Bool();
  assessment.reasons = in.Text();
  assessment.by = in.By();
  assessment.time = in.Time();
  return assessment;
}

Disposal ToDisposal(const Row& row) {
  Columns in(row);
  Disposal out;
  out.recall = in.Text();
  out.number = in.Int();
  out.measure = static_cast<DisposalMeasure>(in.Int());
  out.quantity = in.Text();
  out.uom = in.Text();
  out.place = in.Text();
  out.time = in.TimeOrNever();
  out.supervisor = in.Text();
  out.announced = in.TimeOrNever();
  out.takes_back = in.Int();
  out.remark = in.Text();
  out.by = in.By();
  out.recorded = in.Time();
  return out;
}

}  // namespace

absl::Status PutStep(store::WriteTx& tx, const std::string& recall, const RecallStep& step) {
  return kSteps.Insert(tx, Values(recall, step.version, static_cast<int>(step.act), step.by.person,
                                  step.by.organisation, step.by.card, step.count, step.text,
                                  step.more, ToMicros(step.time)));
}

absl::StatusOr<std::vector<RecallStep>> ListSteps(store::ReadTx& tx, const std::string& recall,
                                                  int64_t upto) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kSteps.Select(tx, Sql{"WHERE recall = $1 AND version <= $2 ORDER BY version LIMIT $3"},
                    Values(recall, upto, limits::kRowsTogether)));
  std::vector<RecallStep> steps;
  for (const Row& row : rows) {
    Columns in(row);
    in.Skip();  // recall
    RecallStep& step = steps.emplace_back();
    step.version = in.Int();
    step.act = static_cast<RecallAct>(in.Int());
    step.by = in.By();
    step.count = static_cast<int>(in.Int());
    step.text = in.Text();
    step.more = in.Text();
    step.time = in.Time();
  }
  return steps;
}

absl::Status InsertPlan(store::WriteTx& tx, const std::string& operator_name, const RecallPlan& p) {
  const PlanContent& c = p.content;
  RETURN_IF_ERROR(kPlans.Add(
      tx, Values(p.recall, p.number, operator_name, c.contact_name, c.contact_details,
                 c.sales_region, c.reason, c.harm, static_cast<int>(c.recall_class), c.steps,
                 c.notice_text, c.notice_channels, c.duties_of_others, c.disposal, c.cost_bearing,
                 c.expected_effect, ToMicros(p.received), p.filed_by.person,
                 p.filed_by.organisation, p.filed_by.card, ToMicros(p.recorded))));
  int position = 0;
  for (const PlannedProduct& each : c.products) {
    RETURN_IF_ERROR(
        kProducts.Add(tx, Values(p.recall, p.number, ++position, each.product, each.brand,
                                 each.specification, DateLines(each.production_dates),
                                 absl::StrJoin(each.batches, "\n"), each.quantity, each.uom)));
  }
  return absl::OkStatus();
}

absl::Status InsertAssessment(store::WriteTx& tx, const RecallPlan& plan) {
  const PlanAssessment& a = *plan.assessment;
  return kAssessments.Add(tx, Values(plan.recall, plan.number, a.accepted, a.reasons, a.by.person,
                                     a.by.organisation, a.by.card, ToMicros(a.time)));
}

absl::StatusOr<std::optional<RecallPlan>> FindPlan(store::ReadTx& tx, const std::string& recall,
                                                   int number, absl::Time at) {
  static constexpr Sql kTail{
      "WHERE recall = $1 AND ($2 = 0 OR plan = $2) AND recorded <= $3 ORDER BY plan DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const auto rows, kPlans.Select(tx, kTail, Values(recall, number, ToMicros(at))));
  if (rows.empty()) return std::optional<RecallPlan>();
  RecallPlan plan = ToPlan(rows.front());
  ASSIGN_OR_RETURN(
      const auto products,
      kProducts.Select(tx, Sql{"WHERE recall = $1 AND plan = $2 ORDER BY position LIMIT $3"},
                       Values(recall, plan.number, limits::kPlannedProductsMax)));
  for (const Row& row : products) {
    ASSIGN_OR_RETURN(plan.content.products.emplace_back(), ToProduct(row));
  }
  ASSIGN_OR_RETURN(const auto assessed, kAssessments.Find(tx, Values(recall, plan.number)));
  if (assessed) {
    PlanAssessment assessment = ToAssessment(*assessed);
    if (assessment.time <= at) plan.assessment = std::move(assessment);
  }
  return plan;
}

absl::Status EraseContacts(store::WriteTx& tx, const std::string& operator_name) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kPlans.Select(tx, Sql{"WHERE operator = $1 ORDER BY recall, plan"}, Values(operator_name)));
  for (const Row& row : rows) {
    std::vector<Value> values = row.values();
    values[kContactName] = std::string();
    values[kContactDetails] = std::string();
    RETURN_IF_ERROR(kPlans.Put(tx, std::move(values)));
  }
  return absl::OkStatus();
}

absl::Status InsertDisposal(store::WriteTx& tx, const Disposal& d) {
  return kDisposals.Add(
      tx, Values(d.recall, d.number, static_cast<int>(d.measure), d.quantity, d.uom, d.place,
                 TimeOrNull(d.time), d.supervisor, TimeOrNull(d.announced), d.takes_back, d.remark,
                 d.by.person, d.by.organisation, d.by.card, ToMicros(d.recorded)));
}

absl::StatusOr<std::vector<Disposal>> ListDisposals(store::ReadTx& tx, const std::string& recall,
                                                    int64_t after, int limit, absl::Time at) {
  static constexpr Sql kRows{
      "WHERE recall = $1 AND disposal > $2 AND recorded <= $3 ORDER BY disposal LIMIT $4"};
  ASSIGN_OR_RETURN(const auto rows,
                   kDisposals.Select(tx, kRows, Values(recall, after, ToMicros(at), limit)));
  std::vector<Disposal> listed;
  listed.reserve(rows.size());
  for (const Row& row : rows) listed.push_back(ToDisposal(row));
  if (listed.empty()) return listed;
  // What takes back one of these stands after it, and may stand after them all.
  static constexpr Sql kTaken{
      "WHERE recall = $1 AND takes_back >= $2 AND takes_back <= $3 AND recorded <= $4 "
      "ORDER BY disposal"};
  ASSIGN_OR_RETURN(const auto taken, kDisposals.Select(tx, kTaken,
                                                       Values(recall, listed.front().number,
                                                              listed.back().number, ToMicros(at))));
  std::set<int64_t> numbers;
  for (const Row& row : taken) numbers.insert(ToDisposal(row).takes_back);
  for (Disposal& each : listed) each.taken_back = numbers.contains(each.number);
  return listed;
}

absl::StatusOr<std::optional<Disposal>> FindDisposal(store::ReadTx& tx, const std::string& recall,
                                                     int64_t number) {
  ASSIGN_OR_RETURN(auto rows, ListDisposals(tx, recall, number - 1, 1));
  if (rows.empty() || rows.front().number != number) return std::optional<Disposal>();
  return std::optional<Disposal>(std::move(rows.front()));
}

absl::StatusOr<int64_t> NextDisposal(store::ReadTx& tx, const std::string& recall) {
  ASSIGN_OR_RETURN(const auto rows,
                   kDisposals.Select(tx, Sql{"WHERE recall = $1 ORDER BY disposal DESC LIMIT 1"},
                                     Values(recall)));
  return rows.empty() ? 1 : ToDisposal(rows.front()).number + 1;
}

}  // namespace shian::trace::recall
