#include "services/sanction/case/service_todo.h"

#include <optional>
#include <string>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/service_todo_rows.h"
#include "services/sanction/case/steps.h"
#include "services/sanction/case/store.h"
#include "services/sanction/party/service_todo.h"

namespace shian::sanction {
namespace {

// Decided with the penalty or never: only where the notice announced it and the penalty bears it.
bool MayList(const Case& c) {
  return c.notice() != nullptr && c.notice()->listing_announced && c.penalty() != nullptr &&
         c.penalty()->heavier;
}

bool IsLawful(const Case& c, Act act, absl::Time now) {
  if (c.needs.left_out.contains(act)) return false;
  if (act == Act::kListingDecided && !MayList(c)) return false;
  return CheckAct(c, {act, now, {}}).ok();
}

// The document of the furthest act that may follow.
std::string DocumentOf(const Case& c, const std::vector<Act>& acts, absl::Time now) {
  std::string document;
  for (const Act act : acts) {
    if (IsLawful(c, act, now)) document = RowOf(act).document;
  }
  return document;
}

// Of a case that was set aside only what is held is still to be given back.
bool Stands(const Case& c, const Clock& clock) {
  return !c.Has(Act::kAnnulled) || clock.key == clocks::kPreserve || clock.key == clocks::kSeize;
}

// A window is over when it has closed, when a later notice opened it anew, and with the decision.
bool Runs(const Case& c, const Clock& clock, const ClockRow& row, absl::Time now) {
  if (clock.done != absl::InfiniteFuture() || !Stands(c, clock)) return false;
  if (!row.right) return true;
  const bool closed = clock.due.known() && now > clock.due.due;
  return !closed && c.penalty() == nullptr && c.FindClock(clock.key) == &clock;
}

// A clock for publication starts with every decision; policy leaves some penalties unpublished, and
// none is published when its time would be over already.
absl::StatusOr<bool> IsPublic(store::ReadTx& tx, const rpc::Edge& edge, const Case& c,
                              absl::Time now) {
  const auto until =
      convert::LastPublicDay(tx, edge.policies(), c, {Act::kPenaltyPublished, now, {}});
  const auto reason = errors::ReasonOf(until.status());
  if (!until.ok() && reason != errors::Reason::kPenaltyNotPublic &&
      reason != errors::Reason::kEntryNotInForce) {
    return until.status();
  }
  return until.ok();
}

absl::StatusOr<std::vector<rpc::Todo>> ReadCase(store::ReadTx& tx, const rpc::Edge& edge,
                                                const store::OpenMatter& matter, absl::Time now) {
  const convert::MatterName name = MatterOf(matter);
  std::vector<rpc::Todo> todos;
  ASSIGN_OR_RETURN(std::optional<Case> c, FindCase(tx, name.op, CaseId(name.id)));
  if (!c) return rpc::MatterLost(matter);
  RETURN_IF_ERROR(convert::FillClocks(tx, edge.policies(), &*c));
  for (const Clock& clock : c->clocks) {
    const ClockRow* row = RowOf(clock.key);
    if (row == nullptr || !Runs(*c, clock, *row, now)) continue;
    if (row->key == absl::string_view(clocks::kPublish)) {
      ASSIGN_OR_RETURN(const bool is_public, IsPublic(tx, edge, *c, now));
      if (!is_public) continue;
    }
    ASSIGN_OR_RETURN(rpc::Todo todo, ToTodo(tx, c->op, clock, *row->kind));
    todo.right = row->right;
    todo.acts = LawfulActs(*c, row->acts, now);
    for (const rpc::NextAct* act : LawfulActs(*c, row->aside, now)) todo.acts.push_back(act);
    todo.document = DocumentOf(*c, row->acts, now);
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

std::vector<const rpc::NextAct*> LawfulActs(const Case& c, const std::vector<Act>& acts,
                                            absl::Time now) {
  std::vector<const rpc::NextAct*> lawful;
  for (const Act act : acts) {
    if (IsLawful(c, act, now)) lawful.push_back(&RowOf(act).act);
  }
  return lawful;
}

rpc::TodoSource CaseTodos(const rpc::Edge& edge) {
  const auto read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadCase(tx, edge, matter, now);
  };
  return {"cases", true, TodoKinds(), read};
}

}  // namespace shian::sanction
