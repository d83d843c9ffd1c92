#include "services/sanction/publicity/service_todo.h"

#include <optional>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/party/service_todo.h"
#include "services/sanction/publicity/convert.h"
#include "services/sanction/publicity/standing.h"
#include "services/sanction/publicity/store.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kAccept = {"sanction.publicity.accept_repair",
                                   "受理提前停止公示（信用修复）申请",
                                   "take in the request for the early end of publicity"};
constexpr rpc::TodoKind kDecide = {"sanction.publicity.decide_repair",
                                   "对提前停止公示（信用修复）申请作出决定",
                                   "decide the request for the early end of publicity"};
constexpr rpc::TodoKind kDispute = {"sanction.publicity.dispute", "处理公示信息异议",
                                    "answer the dispute about what is public"};
constexpr rpc::TodoKind kPush = {"sanction.publicity.push", "向其他省份推送处罚信息",
                                 "push the penalty to the party's province"};
constexpr rpc::TodoKind kCoPublish = {"sanction.publicity.co_publication", "当事人所在省公示",
                                      "publication in the party's province"};
constexpr rpc::TodoKind kWithdraw = {"sanction.publicity.withdraw", "撤回已公示的处罚信息",
                                     "withdraw the published penalty"};

constexpr rpc::NextAct kAcceptAct = {"shian.sanction.v1.PublicityService/AcceptPenaltyRepair",
                                     "受理", "take in the request"};
constexpr rpc::NextAct kDecideAct = {"shian.sanction.v1.PublicityService/DecidePenaltyRepair",
                                     "作出修复决定", "decide the request"};
constexpr rpc::NextAct kDisputeAct = {"shian.sanction.v1.PublicityService/DecidePenaltyDispute",
                                      "处理异议", "answer the dispute"};
constexpr rpc::NextAct kPushAct = {"shian.sanction.v1.PublicityService/RecordPush", "推送",
                                   "record the push"};
constexpr rpc::NextAct kCoPublishAct = {"shian.sanction.v1.PublicityService/RecordCoPublication",
                                        "记录当事人所在省公示", "record the publication"};
constexpr rpc::NextAct kWithdrawAct = {"shian.sanction.v1.PublicityService/RecordWithdrawal",
                                       "记录撤回", "record the withdrawal"};

struct DutyRow {
  PublicityAct started;
  size_t place;
  const rpc::TodoKind* kind;
  const rpc::NextAct* act;
  const char* document = "";
};

constexpr DutyRow kRows[] = {
    {PublicityAct::kRepairRequested, 0, &kAccept, &kAcceptAct, "penalty-repair-acceptance"},
    {PublicityAct::kRepairRequested, 1, &kDecide, &kDecideAct, "penalty-repair-decision"},
    {PublicityAct::kDisputed, 0, &kDispute, &kDisputeAct},
    {PublicityAct::kPushDue, 0, &kPush, &kPushAct},
    {PublicityAct::kPushed, 0, &kCoPublish, &kCoPublishAct},
    {PublicityAct::kWithdrawalDue, 0, &kWithdraw, &kWithdrawAct},
};

// Of what is public no more only the withdrawal is due.
bool Runs(const Publicity& publicity, const DutyRow& row, absl::Time now) {
  const PublicityState state = StateAt(publicity, now);
  if (row.kind == &kWithdraw) return true;
  if (IsOver(state)) return false;
  const bool of_public = row.kind == &kAccept || row.kind == &kDecide || row.kind == &kDispute;
  return !of_public || state == PublicityState::kPublic;
}

const DutyRow* RowOf(PublicityAct started, size_t place) {
  for (const DutyRow& row : kRows) {
    if (row.started == started && row.place == place) return &row;
  }
  return nullptr;
}

absl::StatusOr<std::vector<rpc::Todo>> ReadPublicity(store::ReadTx& tx, const rpc::Edge& edge,
                                                     const store::OpenMatter& matter,
                                                     absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Publicity> publicity, FindPublicity(tx, name.op, CaseId(name.id)));
  if (!publicity) return rpc::MatterLost(matter);
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*publicity));
  size_t next = 0;  // of the clocks, which stand in the order of the events
  for (const PublicityEvent& event : publicity->events) {
    for (size_t place = 0; place < event.clocks.size(); ++place) {
      const Clock& clock = publicity->clocks[next++];
      const DutyRow* row = RowOf(event.act, place);
      const bool open = clock.done == absl::InfiniteFuture();
      if (row == nullptr || !open || !Runs(*publicity, *row, now)) continue;
      ASSIGN_OR_RETURN(rpc::Todo todo, ToTodo(tx, publicity->c.op, clock, *row->kind));
      todo.acts = {row->act};
      todo.document = row->document;
      todos.push_back(std::move(todo));
    }
  }
  return todos;
}

}  // namespace

rpc::TodoSource PublicityTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadPublicity(tx, edge, matter, now);
  };
  return {
      "publicities", true, {&kAccept, &kDecide, &kDispute, &kPush, &kCoPublish, &kWithdraw}, read};
}

}  // namespace shian::sanction
