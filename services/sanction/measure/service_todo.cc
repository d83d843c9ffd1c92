#include "services/sanction/measure/service_todo.h"

#include <optional>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/case/service_todo.h"
#include "services/sanction/lead/service_todo.h"
#include "services/sanction/listing/service_todo.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/store.h"
#include "services/sanction/party/service_todo.h"
#include "services/sanction/publicity/service_todo.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kAcknowledge = {"sanction.measure.acknowledge", "签收惩戒措施",
                                        "acknowledge the measure"};
constexpr rpc::TodoKind kReport = {"sanction.measure.report", "反馈惩戒措施实施情况",
                                   "report on the measure"};
constexpr rpc::NextAct kAcknowledgeAct = {"shian.sanction.v1.MeasureService/AcknowledgeMeasure",
                                          "签收", "acknowledge"};
constexpr rpc::NextAct kReportAct = {"shian.sanction.v1.MeasureService/ReportMeasureOutcome",
                                     "反馈实施情况", "report the outcome"};

absl::StatusOr<std::vector<rpc::Todo>> ReadMeasure(store::ReadTx& tx, const rpc::Edge& edge,
                                                   const store::OpenMatter& matter,
                                                   absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Measure> measure, FindMeasure(tx, name.op, MeasureId(name.id)));
  if (!measure) return rpc::MatterLost(matter);
  ASSIGN_OR_RETURN(const auto entry, FindEntry(tx, measure->op, measure->entry));
  if (entry) {
    measure->end = EndOf(*entry);
    measure->annulled = IsAnnulled(*entry);
  }
  if (StateOf(*measure, now) == MeasureState::kEnded) return todos;
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*measure));
  for (size_t i = 0; i < measure->clocks.size(); ++i) {
    const Clock& clock = measure->clocks[i];
    if (clock.done != absl::InfiniteFuture()) continue;
    const bool first = i == 0;  // the acknowledgement's
    ASSIGN_OR_RETURN(rpc::Todo todo,
                     ToTodo(tx, measure->op, clock, first ? kAcknowledge : kReport));
    todo.acts = {first ? &kAcknowledgeAct : &kReportAct};
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

rpc::TodoSource MeasureTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadMeasure(tx, edge, matter, now);
  };
  return {"measures", true, {&kAcknowledge, &kReport}, read};
}

std::vector<rpc::TodoSource> SanctionTodos(const rpc::Edge& edge) {
  return {LeadTodos(edge),    CaseTodos(edge),      NominationTodos(edge),
          ListingTodos(edge), PublicityTodos(edge), MeasureTodos(edge)};
}

}  // namespace shian::sanction
