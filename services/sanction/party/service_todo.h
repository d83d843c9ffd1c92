// What the modules here share when they say what is due.
#pragma once

#include "absl/status/statusor.h"
#include "libs/rpc/todo.h"
#include "libs/store/open_matters.h"
#include "services/sanction/party/convert.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

// The operator and id of "cases/7".
convert::MatterName MatterOf(const store::OpenMatter& matter);

// A clock of that kind against `op`, whose name is shown as elsewhere: a natural person's masked.
absl::StatusOr<rpc::Todo> ToTodo(store::ReadTx& tx, const OperatorId& op, const Clock& clock,
                                 const rpc::TodoKind& kind);

}  // namespace shian::sanction
