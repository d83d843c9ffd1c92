#include "services/sanction/measure/service_todo.h"

#include <optional>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/case/service_todo.h"
#include "services/sanction/lead/service_todo.h"
#include "services/sanction/listing/service_todo.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/store.h"
#include "services/sanction/party/service_todo.h"
#include "services/sanction/publicity/service_todo.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kAcknowledge = {"sanction.measure.acknowledge", "签收惩戒措施",
                                        "acknowledge the measure"};
constexpr rpc::TodoKind kReport = {"sanction.measure.report", "反馈惩戒措施实施情况",
                                   "report on the measure"};
constexpr rpc::TodoKind kObjection = {"sanction.measure.objection", "处理部门异议",
                                      "answer the department's objection"};
constexpr rpc::TodoKind kLift = {"sanction.measure.lift", "确认解除措施",
                                 "confirm that the measure was lifted"};
constexpr rpc::NextAct kAcknowledgeAct = {"shian.sanction.v1.MeasureService/AcknowledgeMeasure",
                                          "签收", "acknowledge"};
constexpr rpc::NextAct kReportAct = {"shian.sanction.v1.MeasureService/ReportMeasureOutcome",
                                     "反馈实施情况", "report the outcome"};

constexpr rpc::NextAct kObjectAct = {"shian.sanction.v1.MeasureService/ObjectToMeasure", "提出异议",
                                     "object"};
constexpr rpc::NextAct kAnswerAct = {"shian.sanction.v1.MeasureService/DecideMeasureObjection",
                                     "处理异议", "answer the objection"};

// What a clock asks for: told by the event that started it.
struct Asked {
  const rpc::TodoKind* kind;
  std::vector<const rpc::NextAct*> acts;
};
Asked AskedBy(const Measure& measure, const Clock& clock) {
  const MeasureEvent* objected = measure.Last(MeasureAct::kObjected);
  const MeasureEvent* lifted = measure.Last(MeasureAct::kLifted);
  const auto started = [&clock](const MeasureEvent* event) {
    return event != nullptr && !event->clocks.empty() && event->clocks.front().key == clock.key;
  };
  if (started(lifted)) return {&kLift, {&kReportAct}};
  if (started(objected)) return {&kObjection, {&kAnswerAct}};
  if (clock.key == measure.started.front().key) return {&kAcknowledge, {&kAcknowledgeAct}};
  if (PendingObjection(measure) != nullptr) return {&kReport, {}};
  if (objected != nullptr) return {&kReport, {&kReportAct}};
  return {&kReport, {&kObjectAct, &kReportAct}};
}

// Once it has ended nothing is owed but its lifting.
bool IsOwed(MeasureState state, const Asked& asked) {
  const bool over = state == MeasureState::kEnded || state == MeasureState::kWithdrawn ||
                    state == MeasureState::kLifting;
  return !over || asked.kind == &kLift;
}

absl::StatusOr<std::vector<rpc::Todo>> ReadMeasure(store::ReadTx& tx, const rpc::Edge& edge,
                                                   const store::OpenMatter& matter,
                                                   absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Measure> measure, FindMeasure(tx, name.op, MeasureId(name.id)));
  if (!measure) return rpc::MatterLost(matter);
  RETURN_IF_ERROR(FillEnd(tx, absl::InfiniteFuture(), &*measure));
  const MeasureState state = StateOf(*measure, now);
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*measure));
  for (const Clock& clock : measure->clocks) {
    const Asked asked = AskedBy(*measure, clock);
    if (clock.done != absl::InfiniteFuture() || !IsOwed(state, asked)) continue;
    ASSIGN_OR_RETURN(rpc::Todo todo, ToTodo(tx, measure->op, clock, *asked.kind));
    todo.acts = asked.acts;
    if (asked.kind == &kReport) todo.suspensions = convert::SuspensionsOf(*measure);
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

rpc::TodoSource MeasureTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadMeasure(tx, edge, matter, now);
  };
  return {"measures", true, {&kAcknowledge, &kReport, &kObjection, &kLift}, read};
}

std::vector<rpc::TodoSource> SanctionTodos(const rpc::Edge& edge) {
  return {LeadTodos(edge),    CaseTodos(edge),      NominationTodos(edge),
          ListingTodos(edge), PublicityTodos(edge), MeasureTodos(edge)};
}

}  // namespace shian::sanction
