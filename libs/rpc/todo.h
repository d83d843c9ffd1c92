// What is due (待办): how a module says which of its clocks are open. Of the rest, the RPC, the
// rungs that overdue ones climb and the metrics, it knows nothing.
//
//   host.Remind({LeadTodos(host.edge()), CaseTodos(host.edge())});
//
// A module's store puts a matter among the open ones with each act that may start a clock
// (store::NoteOpen); its source reads such a matter and gives the clocks that run. A clock starts
// with an act and never by itself, so a matter that has none is taken out until its next act.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/calendar/deadline.h"
#include "libs/calendar/rule.h"
#include "libs/store/open_matters.h"
#include "libs/store/store.h"

namespace shian::rpc {

// One kind of thing to be done; a constant of its module.
struct TodoKind {
  const char* code;  // "sanction.case.decide": service, module, what
  const char* title_zh;
  const char* title_en;
};

// An act that may follow; a constant of its module.
struct NextAct {
  const char* method;  // "shian.sanction.v1.CaseService/DecidePenalty"
  const char* title_zh;
  const char* title_en;
};

// A clock that runs.
struct Todo {
  const TodoKind* kind = nullptr;
  std::string clock;  // names it within its matter; ReadTodos fills it
  calendar::Rule rule;
  absl::Time start;
  calendar::Due due;
  std::vector<calendar::Suspension> suspensions;
  bool right = false;                // a window of the party, which closes by itself
  std::string party_name;            // as it may be shown
  std::vector<const NextAct*> acts;  // lawful now, the furthest last
  std::string document;              // to draft: "penalty-notice"

  bool OverdueAt(absl::Time now) const { return !right && due.known() && now > due.due; }
};

struct TodoSource {
  std::string collection;       // which of the open matters are its: "cases"
  bool under_operator = false;  // whether their names begin with the operator's
  std::vector<const TodoKind*> kinds;
  std::function<absl::StatusOr<std::vector<Todo>>(store::ReadTx&, const store::OpenMatter&,
                                                  absl::Time now)>
      read;
};

// Null for a matter that no module here knows.
const TodoSource* SourceOf(const std::vector<TodoSource>& sources, const store::OpenMatter& matter);
// "operators/7/cases/3", "samples/7-0001".
std::string NameOf(const TodoSource& source, const store::OpenMatter& matter);
// What a source answers when there is no such matter: none ever goes, so the list is damaged.
absl::Status MatterLost(const store::OpenMatter& matter);
// The open clocks of a matter, each under a name of its own, in the order of these.
absl::StatusOr<std::vector<Todo>> ReadTodos(const TodoSource& source, store::ReadTx& tx,
                                            const store::OpenMatter& matter, absl::Time now);

// How pressing something is; the words are those of the metrics.
enum class TodoAge { kOverdue, kSoon, kLater, kSuspended };
inline constexpr const char* kTodoAges[] = {"overdue", "within_3_days", "later", "suspended"};
TodoAge AgeOf(const Todo& todo, absl::Time now);

// The furthest rung that was told of, by clock.
struct ToldRung {
  int rung = 0;
  std::string post;
};
absl::StatusOr<std::map<std::string, ToldRung>> ToldRungs(store::ReadTx& tx,
                                                          const store::OpenMatter& matter);
absl::Status PutRung(store::WriteTx& tx, const store::OpenMatter& matter, const Todo& todo,
                     const ToldRung& rung);

// The half-open range of division codes inside `region`: "410900" is ["4109", "4109:").
struct CodeRange {
  std::string from;
  std::string to;
};
CodeRange CodesInside(absl::string_view region);

}  // namespace shian::rpc
