#include "services/trace/recall/service_todo.h"

#include <algorithm>
#include <utility>

#include "libs/base/status_macros.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/convert_conduct.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"

namespace shian::trace {
namespace {

constexpr rpc::TodoKind kStart = {"trace.recall.start", "启动召回", "start the recall"};
constexpr rpc::TodoKind kFinish = {"trace.recall.finish", "完成召回", "finish the recall"};
constexpr rpc::NextAct kFreeze = {"shian.trace.v1.RecallService/FreezeScope", "锁定召回范围并启动",
                                  "freeze the scope and start"};
constexpr rpc::TodoKind kClosing = {"trace.recall.close", "召回评估结案", "close the recall"};
constexpr rpc::NextAct kOrder = {"shian.trace.v1.RecallConductService/OrderRecall", "责令召回",
                                 "order the recall"};
constexpr rpc::NextAct kExtend = {"shian.trace.v1.RecallConductService/ExtendRecall",
                                  "延长召回时间", "extend the time to finish"};
constexpr rpc::NextAct kClose = {"shian.trace.v1.RecallConductService/CloseRecall", "评估结案",
                                 "assess and close"};
constexpr rpc::NextAct kComplete = {"shian.trace.v1.RecallService/CompleteRecall", "完成召回",
                                    "complete the recall"};

// What may follow, the furthest last.
absl::StatusOr<std::vector<const rpc::NextAct*>> ActsOf(store::ReadTx& tx, const Recall& of,
                                                        const recall::DueClock& clock,
                                                        absl::Time now) {
  const bool in_time = clock.due.pending || now <= clock.due.due;
  if (clock.clock.duty == Duty::kStart) {
    if (in_time || of.ordered()) return std::vector<const rpc::NextAct*>{&kFreeze};
    return std::vector<const rpc::NextAct*>{&kOrder, &kFreeze};
  }
  ASSIGN_OR_RETURN(const auto steps, recall::ListSteps(tx, of.id, of.version));
  const auto times = std::count_if(steps.begin(), steps.end(), [](const RecallStep& step) {
    return step.act == RecallAct::kExtended;
  });
  if (!in_time || times >= clock.rule.extensions_max) {
    return std::vector<const rpc::NextAct*>{&kComplete};
  }
  return std::vector<const rpc::NextAct*>{&kExtend, &kComplete};
}

// The bureau's own clock: a completed recall is assessed and closed.
absl::Status AddClosing(store::ReadTx& tx, const rpc::Edge& edge, const Recall& of,
                        std::vector<rpc::Todo>* todos) {
  if (of.state != RecallState::kCompleted) return absl::OkStatus();
  ASSIGN_OR_RETURN(calendar::Rule rule, recall::CloseRule(tx, edge.policies(), of));
  if (rule.key.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto days, edge.policies().Calendar(tx));
  rpc::Todo& todo = todos->emplace_back();
  todo.kind = &kClosing;
  todo.start = of.complete_time;
  todo.due = calendar::DueOf(*days, todo.start, rule.budget, {});
  todo.rule = std::move(rule);
  todo.acts = {&kClose};
  return absl::OkStatus();
}

absl::StatusOr<std::vector<rpc::Todo>> ReadRecall(store::ReadTx& tx, const rpc::Edge& edge,
                                                  const store::OpenMatter& matter, absl::Time now) {
  std::vector<rpc::Todo> todos;
  const std::string id = matter.matter.substr(matter.matter.find('/') + 1);
  ASSIGN_OR_RETURN(const auto found, recall::FindRecall(tx, id));
  if (!found) return rpc::MatterLost(matter);
  if (found->attested) return todos;
  ASSIGN_OR_RETURN(std::vector<recall::DueClock> clocks,
                   recall::DueClocksOf(tx, edge.policies(), *found));
  for (recall::DueClock& clock : clocks) {
    if (clock.clock.done != absl::InfiniteFuture()) continue;
    rpc::Todo& todo = todos.emplace_back();
    ASSIGN_OR_RETURN(todo.acts, ActsOf(tx, *found, clock, now));
    todo.kind = clock.clock.duty == Duty::kStart ? &kStart : &kFinish;
    todo.rule = std::move(clock.rule);
    todo.start = clock.clock.start;
    todo.due = std::move(clock.due);
  }
  RETURN_IF_ERROR(AddClosing(tx, edge, *found, &todos));
  return todos;
}

}  // namespace

std::vector<rpc::TodoSource> RecallTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadRecall(tx, edge, matter, now);
  };
  return {{"recalls", false, {&kStart, &kFinish, &kClosing}, read}};
}

}  // namespace shian::trace
