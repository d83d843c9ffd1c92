#include "services/sanction/lead/service_todo.h"

#include <optional>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/service_todo.h"

namespace shian::sanction {
namespace {

constexpr rpc::TodoKind kFile = {"sanction.lead.file", "决定是否立案",
                                 "decide whether to file a case"};
constexpr rpc::NextAct kFileCase = {"shian.sanction.v1.CaseService/FileCase", "立案",
                                    "file a case"};
constexpr rpc::NextAct kExtend = {"shian.sanction.v1.LeadService/ExtendLead", "延长核查期限",
                                  "prolong the check"};
constexpr rpc::NextAct kDecline = {"shian.sanction.v1.LeadService/DeclineLead", "不予立案",
                                   "file no case"};

}  // namespace

rpc::TodoSource LeadTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter,
                            absl::Time now) -> absl::StatusOr<std::vector<rpc::Todo>> {
    const convert::MatterName name = MatterOf(matter);
    std::vector<rpc::Todo> todos;
    ASSIGN_OR_RETURN(std::optional<Lead> lead, FindLead(tx, name.op, LeadId(name.id)));
    if (!lead) return rpc::MatterLost(matter);
    if (!lead->open()) return todos;
    RETURN_IF_ERROR(convert::FillClock(tx, edge.policies(), &*lead));
    ASSIGN_OR_RETURN(rpc::Todo todo, ToTodo(tx, name.op, *lead->clock, kFile));
    if (CheckAct(*lead, LeadAct::kExtended, now).ok()) todo.acts.push_back(&kExtend);
    todo.acts.push_back(&kDecline);
    todo.acts.push_back(&kFileCase);
    todos.push_back(std::move(todo));
    return todos;
  };
  return {"leads", true, {&kFile}, read};
}

}  // namespace shian::sanction
