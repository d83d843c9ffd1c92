#include "services/sanction/party/service_todo.h"

#include "libs/base/status_macros.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {

convert::MatterName MatterOf(const store::OpenMatter& matter) {
  return {OperatorId(matter.operator_id), matter.matter.substr(matter.matter.find('/') + 1)};
}

absl::StatusOr<rpc::Todo> ToTodo(store::ReadTx& tx, const OperatorId& op, const Clock& clock,
                                 const rpc::TodoKind& kind) {
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, op));
  rpc::Todo todo;
  todo.kind = &kind;
  todo.rule = clock.rule;
  todo.start = clock.start;
  todo.due = clock.due;
  todo.suspensions = clock.suspensions;
  todo.party_name = ShownName(party);
  return todo;
}

}  // namespace shian::sanction
