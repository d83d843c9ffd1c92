#include "libs/rpc/todo.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"
#include "libs/store/fact_table.h"

namespace shian::rpc {
namespace {

using store::Values;

const store::FactTable& Rungs() {
  static const auto& table = *new store::FactTable(
      "todo_rung", {"operator", "matter", "clock", "rung", "post", "due", "recorded"}, 4);
  return table;
}

}  // namespace

const TodoSource* SourceOf(const std::vector<TodoSource>& sources,
                           const store::OpenMatter& matter) {
  for (const TodoSource& source : sources) {
    if (absl::StartsWith(matter.matter, absl::StrCat(source.collection, "/"))) return &source;
  }
  return nullptr;
}

std::string NameOf(const TodoSource& source, const store::OpenMatter& matter) {
  if (!source.under_operator) return matter.matter;
  return absl::StrCat("operators/", matter.operator_id, "/", matter.matter);
}

absl::Status MatterLost(const store::OpenMatter& matter) {
  return errors::Refuse(
      errors::Reason::kDataLoss,
      {{"table", "open_matter"}, {"key", absl::StrCat(matter.operator_id, ", ", matter.matter)}});
}

absl::StatusOr<std::vector<Todo>> ReadTodos(const TodoSource& source, store::ReadTx& tx,
                                            const store::OpenMatter& matter, absl::Time now) {
  ASSIGN_OR_RETURN(std::vector<Todo> todos, source.read(tx, matter, now));
  // What a clock began with is all that stays the same while it runs: its end moves with the
  // calendar, and others come and go beside it.
  std::set<std::string> seen;
  for (Todo& todo : todos) {
    const std::string name = absl::StrCat(todo.rule.key, "-", ToMicros(todo.start));
    todo.clock = name;
    for (int again = 2; !seen.insert(todo.clock).second; ++again) {
      todo.clock = absl::StrCat(name, "-", again);
    }
  }
  std::sort(todos.begin(), todos.end(),
            [](const Todo& a, const Todo& b) { return a.clock < b.clock; });
  return todos;
}

TodoAge AgeOf(const Todo& todo, absl::Time now) {
  if (!todo.due.known()) return TodoAge::kSuspended;
  if (todo.OverdueAt(now)) return TodoAge::kOverdue;
  return todo.due.due - now <= limits::kTodoSoon ? TodoAge::kSoon : TodoAge::kLater;
}

absl::StatusOr<std::map<std::string, ToldRung>> ToldRungs(store::ReadTx& tx,
                                                          const store::OpenMatter& matter) {
  static constexpr store::Sql kTail{
      "WHERE operator = $1 AND matter = $2 ORDER BY clock, rung LIMIT $3"};
  ASSIGN_OR_RETURN(const auto rows, Rungs().Select(tx, kTail,
                                                   Values(matter.operator_id, matter.matter,
                                                          limits::kTodoRungsOfMatterMax)));
  std::map<std::string, ToldRung> told;
  for (const store::Row& row : rows) {
    told[row.Text(2)] = {static_cast<int>(row.Int(3)), row.Text(4)};
  }
  return told;
}

absl::Status PutRung(store::WriteTx& tx, const store::OpenMatter& matter, const Todo& todo,
                     const ToldRung& rung) {
  return Rungs().Insert(tx, Values(matter.operator_id, matter.matter, todo.clock, rung.rung,
                                   rung.post, ToMicros(todo.due.due), ToMicros(tx.now())));
}

CodeRange CodesInside(absl::string_view region) {
  while (absl::ConsumeSuffix(&region, "00")) {
  }
  return {std::string(region), absl::StrCat(region, ":")};  // ':' follows '9'
}

}  // namespace shian::rpc
