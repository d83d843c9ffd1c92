#include "services/trace/recall/service_todo.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/store.h"

namespace shian::trace {
namespace {

constexpr rpc::TodoKind kStart = {"trace.recall.start", "启动召回", "start the recall"};
constexpr rpc::TodoKind kFinish = {"trace.recall.finish", "完成召回", "finish the recall"};
constexpr rpc::NextAct kFreeze = {"shian.trace.v1.RecallService/FreezeScope", "锁定召回范围并启动",
                                  "freeze the scope and start"};
constexpr rpc::NextAct kComplete = {"shian.trace.v1.RecallService/CompleteRecall", "完成召回",
                                    "complete the recall"};

absl::StatusOr<std::vector<rpc::Todo>> ReadRecall(store::ReadTx& tx, const rpc::Edge& edge,
                                                  const store::OpenMatter& matter) {
  std::vector<rpc::Todo> todos;
  const std::string id = matter.matter.substr(matter.matter.find('/') + 1);
  ASSIGN_OR_RETURN(const auto found, recall::FindRecall(tx, id));
  if (!found) return rpc::MatterLost(matter);
  if (found->attested) return todos;
  ASSIGN_OR_RETURN(std::vector<recall::DueClock> clocks,
                   recall::DueClocksOf(tx, edge.policies(), *found));
  for (recall::DueClock& clock : clocks) {
    if (clock.clock.done != absl::InfiniteFuture()) continue;
    const bool starting = clock.clock.duty == Duty::kStart;
    rpc::Todo& todo = todos.emplace_back();
    todo.kind = starting ? &kStart : &kFinish;
    todo.rule = std::move(clock.rule);
    todo.start = clock.clock.start;
    todo.due = std::move(clock.due);
    todo.acts = {starting ? &kFreeze : &kComplete};
  }
  return todos;
}

}  // namespace

std::vector<rpc::TodoSource> RecallTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time) {
    return ReadRecall(tx, edge, matter);
  };
  return {{"recalls", false, {&kStart, &kFinish}, read}};
}

}  // namespace shian::trace
