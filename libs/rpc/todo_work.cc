#include "libs/rpc/todo_work.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/change.h"
#include "libs/policy/ladder.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "libs/telemetry/metrics.h"
#include "shian/common/v1/todo.pb.h"

namespace shian::rpc {
namespace {

// A rung that an overdue clock has reached.
struct Reached {
  const Todo* todo;
  ToldRung rung;
  std::string revision;  // of the table that sets it
};

// Those not told yet, in their order. All that were passed are told: who looked away for a week is
// no less late than who looked every day.
absl::StatusOr<std::vector<Reached>> UntoldRungs(store::ReadTx& tx, const Edge& edge,
                                                 const store::OpenMatter& matter,
                                                 const std::vector<Todo>& todos, absl::Time now) {
  std::vector<Reached> reached;
  const bool late = std::any_of(todos.begin(), todos.end(),
                                [now](const Todo& todo) { return todo.OverdueAt(now); });
  if (!late) return reached;
  ASSIGN_OR_RETURN(auto told, ToldRungs(tx, matter));
  ASSIGN_OR_RETURN(const auto calendar, edge.policies().Calendar(tx));
  for (const Todo& todo : todos) {
    if (!todo.OverdueAt(now)) continue;
    ASSIGN_OR_RETURN(const policy::Ladder ladder,
                     policy::LadderInForce(tx, edge.policies(), todo.rule.key, ToDate(now)));
    for (int rung = told[todo.clock].rung + 1; rung <= static_cast<int>(ladder.rungs.size());
         ++rung) {
      const policy::Rung& next = ladder.rungs[static_cast<size_t>(rung) - 1];
      if (now <= policy::ReachedAt(next, *calendar, todo.due.due)) break;
      reached.push_back({&todo, {rung, next.post}, ladder.revision});
    }
  }
  return reached;
}

// "shian.sanction" of the store's origin "shian.sanction/410902".
std::string TypeOf(const std::string& origin) {
  return absl::StrCat(origin.substr(0, origin.find('/')), ".todo.escalated");
}

ledger::Change ChangeOf(const store::WriteTx& tx, const TodoSource& source,
                        const store::OpenMatter& matter, const Reached& reached) {
  const Todo& todo = *reached.todo;
  common::v1::TodoEscalated payload;
  payload.set_matter(NameOf(source, matter));
  payload.set_todo(absl::StrCat(payload.matter(), "/todos/", todo.clock));
  payload.set_kind(todo.kind->code);
  payload.set_organisation(matter.organisation);
  payload.set_officer(matter.officer);
  payload.set_region(matter.region);
  payload.set_rung(reached.rung.rung);
  payload.set_post(reached.rung.post);
  *payload.mutable_due_time() = ToProto(todo.due.due);
  payload.mutable_legal_basis()->set_statute(todo.rule.basis.statute);
  payload.mutable_legal_basis()->set_article(todo.rule.basis.article);
  payload.set_policy_revision(reached.revision);
  return {.log = ledger::Log::kFacts,
          .type = TypeOf(tx.origin()),
          .subject = absl::StrCat("operators/", matter.operator_id),
          .region = matter.region,
          .time = tx.now(),
          .payload = payload.SerializeAsString(),
          .cause = ""};
}

// Tells of one matter, or takes it out.
absl::Status Settle(store::WriteTx& tx, const Edge& edge, const TodoSource& source,
                    const store::OpenMatter& matter) {
  ASSIGN_OR_RETURN(const auto todos, ReadTodos(source, tx, matter, tx.now()));
  if (todos.empty()) return store::DropOpen(tx, matter.operator_id, matter.matter);
  ASSIGN_OR_RETURN(const auto untold, UntoldRungs(tx, edge, matter, todos, tx.now()));
  for (const Reached& reached : untold) {
    RETURN_IF_ERROR(PutRung(tx, matter, *reached.todo, reached.rung));
    RETURN_IF_ERROR(ledger::Append(tx, ChangeOf(tx, source, matter, reached)));
  }
  return absl::OkStatus();
}

}  // namespace

TodoWork::TodoWork(Edge& edge, const std::vector<TodoSource>& sources, std::function<bool()> leads,
                   bool sparing)
    : edge_(edge), sources_(sources), leads_(std::move(leads)), sparing_(sparing) {
  AddMetrics();
  // A start has enough to do.
  if (sparing_) next_ = edge_.clock().Now() + limits::kTodoEvery / 10;
}

void TodoWork::AddMetrics() {
  for (const TodoSource& source : sources_) {
    for (const TodoKind* kind : source.kinds) {
      for (size_t age = 0; age < std::size(kTodoAges); ++age) {
        edge_.state().parts.telemetry->AddGauge(
            "shian_todos",
            "Open clocks by what is to be done and how pressing it is, as last looked at by the "
            "process that leads.",
            {{"kind", kind->code}, {"age", kTodoAges[age]}},
            [this, code = std::string(kind->code), age]() -> double {
              if (!leads_()) return 0;
              absl::MutexLock lock(&mutex_);
              const auto found = counts_.find(code);
              return found == counts_.end() ? 0 : static_cast<double>(found->second[age]);
            });
      }
    }
  }
}

absl::StatusOr<bool> TodoWork::NeedsWrite(store::ReadTx& tx, const store::OpenMatter& matter,
                                          const std::vector<Todo>& todos, absl::Time now) const {
  if (todos.empty()) return true;
  ASSIGN_OR_RETURN(const auto untold, UntoldRungs(tx, edge_, matter, todos, now));
  return !untold.empty();
}

absl::Status TodoWork::Look(store::ReadTx& tx, const store::OpenMatter& from, absl::Time now,
                            Part* part, Counts* counts) const {
  store::OpenQuery query;
  const CodeRange all = CodesInside("000000");
  query.region_from = all.from;
  query.region_to = all.to;
  query.from = from;
  query.limit = limits::kTodoMattersPerPageMax;
  ASSIGN_OR_RETURN(part->matters, store::ListOpen(tx, query));
  for (const store::OpenMatter& matter : part->matters) {
    if (matter == from) continue;  // the last one of the part before
    const TodoSource* source = SourceOf(sources_, matter);
    if (source == nullptr) continue;
    const auto todos = ReadTodos(*source, tx, matter, now);
    const absl::StatusOr<bool> write =
        todos.ok() ? NeedsWrite(tx, matter, *todos, now) : absl::StatusOr<bool>(todos.status());
    part->first_error.Update(write.status());
    if (!write.ok()) continue;
    if (*write) part->to_write.push_back(matter);
    for (const Todo& todo : *todos) {
      ++(*counts)[todo.kind->code][static_cast<size_t>(AgeOf(todo, now))];
    }
  }
  return absl::OkStatus();
}

absl::Status TodoWork::WriteAbout(const std::vector<store::OpenMatter>& matters,
                                  absl::Time now) const {
  for (size_t next = 0; next < matters.size(); next += limits::kTodoMattersPerWriteMax) {
    const size_t end = std::min(matters.size(), next + limits::kTodoMattersPerWriteMax);
    const std::vector<store::OpenMatter> some(matters.begin() + static_cast<std::ptrdiff_t>(next),
                                              matters.begin() + static_cast<std::ptrdiff_t>(end));
    const auto settle = [this, some](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      for (const store::OpenMatter& matter : some) {
        RETURN_IF_ERROR(Settle(tx, edge_, *SourceOf(sources_, matter), matter));
      }
      return std::string();
    };
    store::WriteContext context;
    context.now = now;
    RETURN_IF_ERROR(edge_.store().WriteAndWait(context, settle).status());
  }
  return absl::OkStatus();
}

absl::Status TodoWork::Run(absl::Time now) {
  if (sources_.empty() || (sparing_ && now < next_)) return absl::OkStatus();
  absl::Status first;
  Counts counts;
  store::OpenMatter from;
  for (bool more = true; more;) {
    Part part;
    RETURN_IF_ERROR(edge_.store().ReadNow(
        [&](store::ReadTx& tx) { return Look(tx, from, now, &part, &counts); }));
    first.Update(part.first_error);
    first.Update(WriteAbout(part.to_write, now));
    more = static_cast<int>(part.matters.size()) == limits::kTodoMattersPerPageMax;
    if (more) from = part.matters.back();
  }
  {
    absl::MutexLock lock(&mutex_);
    counts_ = std::move(counts);
  }
  if (sparing_) next_ = now + limits::kTodoEvery;
  return first;
}

}  // namespace shian::rpc
