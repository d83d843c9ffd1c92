#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "libs/auth/authority.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/page.h"
#include "libs/rpc/services.h"
#include "libs/rpc/todo.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using common::v1::ListTodosRequest;
using common::v1::ListTodosResponse;
using errors::Reason;

// After every clock of a matter.
constexpr char kWholeMatter[] = "~";
constexpr char kKeySeparator = '\n';

// What a request asks for.
struct Filter {
  store::OpenQuery query;
  std::string after;  // clock of the first matter after which the page begins
  std::string kind;
  absl::Time due_before = absl::InfiniteFuture();
  bool overdue_only = false;
};

std::string ToWord(absl::string_view field, absl::string_view value, errors::Violations* wrong) {
  const auto word = NormaliseText(value, limits::kTodoWordMax);
  if (word.ok()) return *word;
  wrong->Add(field, {absl::StrCat("must be text of at most ", limits::kTodoWordMax, " characters"),
                     absl::StrCat("应为不超过", limits::kTodoWordMax, "个字符的文本")});
  return "";
}

std::string ToRegion(const ListTodosRequest& in, const Call& call, errors::Violations* wrong) {
  if (in.region().empty()) {
    const bool officers =
        call.has_officer() && auth::RegionCovers(call.system().region, call.officer().region);
    return officers ? call.officer().region : call.system().region;
  }
  const bool good = in.region().size() == 6 &&
                    std::all_of(in.region().begin(), in.region().end(), absl::ascii_isdigit);
  if (!good) wrong->Add("region", {"must be a division code of 6 digits", "应为6位行政区划代码"});
  return in.region();
}

absl::Time DueBefore(const ListTodosRequest& in, errors::Violations* wrong) {
  if (!in.has_due_before_time()) return absl::InfiniteFuture();
  const auto& time = in.due_before_time();
  // 0001 to 9999, the range that protobuf itself promises.
  if (time.seconds() < -62135596800 || time.seconds() > 253402300799 || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    wrong->Add("due_before_time", {"must be a valid time", "应为有效时间"});
    return absl::InfiniteFuture();
  }
  return FromProto(time);
}

// Where a page begins, as NextKey wrote it.
void Begin(const PageStart& page, Filter* filter) {
  const std::vector<std::string> parts = absl::StrSplit(page.after, kKeySeparator);
  if (parts.size() != 4) return;
  filter->query.from.region = parts[0];
  filter->query.from.operator_id = parts[1];
  filter->query.from.matter = parts[2];
  filter->after = parts[3];
}

std::string NextKey(const store::OpenMatter& matter, absl::string_view clock) {
  return absl::StrJoin({matter.region, matter.operator_id, matter.matter, std::string(clock)},
                       std::string(1, kKeySeparator));
}

bool Wanted(const Filter& filter, const Todo& todo, absl::Time now) {
  const absl::string_view code = todo.kind->code;
  const bool kind = filter.kind.empty() || code == absl::string_view(filter.kind) ||
                    absl::StartsWith(code, absl::StrCat(filter.kind, "."));
  if (!kind || (filter.overdue_only && !todo.OverdueAt(now))) return false;
  return filter.due_before == absl::InfiniteFuture() ||
         (todo.due.known() && todo.due.due < filter.due_before);
}

common::v1::Date ToProto(Date date) {
  common::v1::Date out;
  out.set_year(static_cast<int>(date.year()));
  out.set_month(date.month());
  out.set_day(date.day());
  return out;
}

struct View {
  const TodoSource& source;
  const store::OpenMatter& matter;
  absl::Time now;
  bool english = false;
};

common::v1::Todo ToProto(const Todo& todo, const ToldRung& told, const View& view) {
  common::v1::Todo out;
  out.set_matter(NameOf(view.source, view.matter));
  out.set_name(absl::StrCat(out.matter(), "/todos/", todo.clock));
  out.set_kind(todo.kind->code);
  out.set_title(view.english ? todo.kind->title_en : todo.kind->title_zh);
  out.set_organisation(view.matter.organisation);
  out.set_officer(view.matter.officer);
  out.set_region(view.matter.region);
  if (!view.matter.operator_id.empty()) {
    out.set_operator_(absl::StrCat("operators/", view.matter.operator_id));
  }
  out.set_party_name(todo.party_name);
  *out.mutable_deadline() = policy::ToProto(todo.rule, todo.start, todo.due, todo.suspensions,
                                            absl::InfiniteFuture(), view.english ? "en" : "zh-CN");
  out.set_right(todo.right);
  out.set_overdue(todo.OverdueAt(view.now));
  for (const calendar::Suspension& suspension : todo.suspensions) {
    if (suspension.to != calendar::kRunning) continue;
    *out.mutable_suspended_since_date() = ToProto(suspension.from);
    out.set_suspended_reason(suspension.why);
  }
  for (const NextAct* act : todo.acts) {
    common::v1::TodoAct* next = out.add_next_acts();
    next->set_method(act->method);
    next->set_title(view.english ? act->title_en : act->title_zh);
  }
  out.set_document(todo.document);
  out.set_rung(told.rung);
  out.set_rung_post(told.post);
  return out;
}

class TodoService final : public common::v1::TodoService::CallbackService {
 public:
  TodoService(Edge& edge, const std::vector<TodoSource>& sources)
      : edge_(edge), sources_(sources) {}

  grpc::ServerUnaryReactor* ListTodos(grpc::CallbackServerContext* context,
                                      const ListTodosRequest* in, ListTodosResponse* out) override {
    // Each matter is read whole: too long for a callback thread.
    return edge_.ReadBlocking(context, in, out,
                              [this](const Call& call, const auto& in, store::ReadTx& tx,
                                     ListTodosResponse* out) { return List(call, in, tx, out); });
  }

 private:
  absl::StatusOr<Filter> FilterOf(const Call& call, const ListTodosRequest& in,
                                  const PageStart& page) const {
    errors::Violations wrong;
    Filter filter;
    const std::string region = ToRegion(in, call, &wrong);
    filter.query.organisation = ToWord("organisation", in.organisation(), &wrong);
    filter.query.officer = ToWord("officer", in.officer(), &wrong);
    filter.kind = ToWord("kind", in.kind(), &wrong);
    filter.due_before = DueBefore(in, &wrong);
    filter.overdue_only = in.overdue_only();
    if (in.mine() && !in.officer().empty()) {
      wrong.Add("officer", {"must be empty where mine is set", "与mine不能同时填写"});
    }
    RETURN_IF_ERROR(wrong.ToStatus());
    RETURN_IF_ERROR(call.RequireRegion(region));
    if (in.mine()) {
      if (!call.has_officer()) return errors::Refuse(Reason::kOfficerTokenRequired);
      filter.query.officer = call.officer().person;
    }
    const CodeRange range = CodesInside(region);
    filter.query.region_from = range.from;
    filter.query.region_to = range.to;
    const auth::Organisation* office = edge_.state().parts.authority->table().FindOrganisation(
        filter.query.organisation, ToDate(call.now()));
    if (office != nullptr) filter.query.home = office->region;
    // A department sees what it is itself to do, and nothing of the bureau's.
    if (!call.system().department.empty()) {
      filter.query.organisation = call.system().id;
      filter.query.home.clear();
    }
    Begin(page, &filter);
    return filter;
  }

  absl::Status List(const Call& call, const ListTodosRequest& in, store::ReadTx& tx,
                    ListTodosResponse* out) const {
    ASSIGN_OR_RETURN(const PageStart page, OpenPage(in, call.now()));
    ASSIGN_OR_RETURN(Filter filter, FilterOf(call, in, page));
    filter.query.limit = limits::kTodoMattersPerPageMax;
    ASSIGN_OR_RETURN(const auto matters, store::ListOpen(tx, filter.query));
    const bool beyond = static_cast<int>(matters.size()) == filter.query.limit;
    const absl::Time enough = absl::Now() + limits::kTodoPageTimeMax;
    for (size_t i = 0; i < matters.size(); ++i) {
      const std::string after =
          i == 0 && SameKey(matters[i], filter.query.from) ? filter.after : "";
      ASSIGN_OR_RETURN(const std::string last,
                       Show(call, filter, after, page.size, matters[i], tx, out));
      const bool whole = last == kWholeMatter;
      const bool at_end = i + 1 == matters.size();
      if (whole && at_end && !beyond) break;
      // Behind a slow wire a page is shorter, not late.
      if (whole && !at_end && absl::Now() < enough) continue;
      out->set_next_page_token(NextPage(page, NextKey(matters[i], last), call.now()));
      break;
    }
    return absl::OkStatus();
  }

  static bool SameKey(const store::OpenMatter& a, const store::OpenMatter& b) {
    return a.region == b.region && a.operator_id == b.operator_id && a.matter == b.matter;
  }

  // Adds what is wanted of a matter, from behind the clock `after` on. Gives the last clock that
  // was looked at when the page is full, else kWholeMatter.
  absl::StatusOr<std::string> Show(const Call& call, const Filter& filter, const std::string& after,
                                   int size, const store::OpenMatter& matter, store::ReadTx& tx,
                                   ListTodosResponse* out) const {
    const TodoSource* source = SourceOf(sources_, matter);
    if (source == nullptr || after == kWholeMatter) return kWholeMatter;
    ASSIGN_OR_RETURN(const auto todos, ReadTodos(*source, tx, matter, call.now()));
    const bool late = std::any_of(todos.begin(), todos.end(),
                                  [&](const Todo& todo) { return todo.OverdueAt(call.now()); });
    std::map<std::string, ToldRung> told;
    if (late) {
      ASSIGN_OR_RETURN(told, ToldRungs(tx, matter));
    }
    std::string last = after;
    for (const Todo& todo : todos) {
      if (todo.clock <= after) continue;
      if (!Wanted(filter, todo, call.now())) continue;
      if (out->todos_size() == size) return last;
      *out->add_todos() =
          ToProto(todo, told[todo.clock], {*source, matter, call.now(), call.locale() == "en"});
      last = todo.clock;
    }
    return kWholeMatter;
  }

  Edge& edge_;
  const std::vector<TodoSource>& sources_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTodoService(Edge& edge, const std::vector<TodoSource>& sources) {
  return std::make_unique<TodoService>(edge, sources);
}

}  // namespace shian::rpc
