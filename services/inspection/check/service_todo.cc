#include "services/inspection/check/service_todo.h"

#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/inspection/check/convert_alert.h"
#include "services/inspection/check/store_alert.h"
#include "services/inspection/frame/store.h"

namespace shian::inspection::check {
namespace {

constexpr rpc::TodoKind kVerify = {"inspection.check.verify_alert", kVerifyTitle,
                                   "look into an alert of trace"};
constexpr rpc::NextAct kVisit = {"shian.inspection.v1.CheckService/RecordCheck", "记录监督检查",
                                 "record a visit"};
constexpr rpc::NextAct kSettle = {"shian.inspection.v1.TraceAlertService/SettleTraceAlert",
                                  "作出核查结论", "settle the alert"};

absl::StatusOr<std::vector<rpc::Todo>> ReadClock(store::ReadTx& tx, const rpc::Edge& edge,
                                                 const store::OpenMatter& matter) {
  std::vector<rpc::Todo> todos;
  const auto key = ToKey(matter.matter, "alerts");
  if (!key.ok()) return rpc::MatterLost(matter);
  ASSIGN_OR_RETURN(const auto alert, FindAlert(tx, key->operator_id, key->number));
  if (!alert) return rpc::MatterLost(matter);
  if (StateOf(*alert) != AlertState::kOpen) return todos;
  ASSIGN_OR_RETURN(AlertClock clock, ClockOf(edge.policies(), tx, *alert));
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, alert->operator_id));
  rpc::Todo& todo = todos.emplace_back();
  todo.kind = &kVerify;
  todo.rule = std::move(clock.rule);
  todo.start = alert->received;
  todo.due = std::move(clock.due);
  if (unit) todo.party_name = unit->title;
  todo.acts = {&kVisit, &kSettle};
  return todos;
}

}  // namespace

rpc::TodoSource AlertTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time) {
    return ReadClock(tx, edge, matter);
  };
  return {"alerts", false, {&kVerify}, read};
}

}  // namespace shian::inspection::check
