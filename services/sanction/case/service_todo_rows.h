// Which acts answer to which clock of a case, and what each needs.
#pragma once

#include <string>
#include <vector>

#include "libs/rpc/todo.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

// An act as a next step, and the document that it needs.
struct ActRow {
  Act which;
  rpc::NextAct act;
  const char* document;
};
// One of the acts that rows of clocks name.
const ActRow& RowOf(Act act);

// What a clock of the procedure asks for.
struct ClockRow {
  const char* key;
  const rpc::TodoKind* kind;
  bool right;  // a window that closes by itself
  std::vector<Act> acts;
  std::vector<Act> aside = {};  // what moves the clock and is no step of the procedure
};
// Null for a clock that is nobody's task.
const ClockRow* RowOf(const std::string& key);
std::vector<const rpc::TodoKind*> TodoKinds();

}  // namespace shian::sanction
