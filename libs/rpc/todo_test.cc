// What is due, of a module that has nothing else: pages and filters, rungs that are told once, and
// matters that go when their clocks have ended.
#include "libs/rpc/todo.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/policy/registry.h"
#include "libs/policy/testing.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/testing_world.h"
#include "shian/common/v1/clock_service.grpc.pb.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using common::v1::ListTodosRequest;
using common::v1::ListTodosResponse;
using common::v1::TodoEscalated;

constexpr TodoKind kDecide = {"test.case.decide", "作出决定", "decide"};
constexpr TodoKind kWindow = {"test.case.window", "申辩期间", "window"};
constexpr NextAct kAct = {"test.CaseService/Decide", "决定", "decide"};

absl::Time Morning(int month, int day) {
  return StartOfDay(Date(2025, month, day)) + absl::Hours(9);
}

// A process whose module has a decision to make in each open matter, and a window in some.
struct Desk {
  Desk() : folder(WithDepartment()) {
    Start();
    REQUIRE(policy::ActivateFolder(host->edge().store(), host->edge().clock().Now()).ok());
  }

  static HostOptions WithDepartment() {
    HostOptions options = Registry();
    options.systems +=
        "systems { id: \"finance-bureau\" region: \"410902\" department: \"finance-bureau\""
        " services: \"shian.common.v1.TodoService\" }";
    return options;
  }

  void Start() {
    host = testing::MakeHost(folder, SeenSchema());
    Edge& edge = host->edge();
    const auto read = [this, &edge](store::ReadTx& tx, const store::OpenMatter& matter,
                                    absl::Time) -> absl::StatusOr<std::vector<Todo>> {
      std::vector<Todo> todos;
      if (done.contains(matter.matter)) return todos;
      for (const auto& [kind, key] :
           {std::pair{&kDecide, "penalty.filing"}, std::pair{&kWindow, "penalty.statement"}}) {
        Todo& todo = todos.emplace_back();
        todo.kind = kind;
        todo.right = kind == &kWindow;
        todo.start = Morning(3, 3);
        todo.acts = {&kAct};
        todo.party_name = "某公司";
        if (!todo.right && suspended.contains(matter.matter)) {
          todo.suspensions = {{Date(2025, 3, 5), calendar::kRunning, "检验检测期间"}};
        }
        ASSIGN_OR_RETURN(todo.rule, edge.policies().RuleInForce(tx, key, Date(2025, 3, 3)));
        ASSIGN_OR_RETURN(const auto days, edge.policies().Calendar(tx));
        todo.due = calendar::DueOf(*days, todo.start, todo.rule.budget, todo.suspensions);
      }
      return todos;
    };
    host->Remind({{"cases", true, {&kDecide, &kWindow}, read}});
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
  }

  void Open(const std::string& op, const std::string& matter, const std::string& officer = "p1",
            const std::string& organisation = "410902", const std::string& region = "410902") {
    store::WriteContext context;
    context.now = host->edge().clock().Now();
    REQUIRE(
        host->edge()
            .store()
            .WriteAndWait(
                context,
                [=](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                  RETURN_IF_ERROR(store::NoteOpen(tx, {op, matter, region, organisation, officer}));
                  return std::string();
                })
            .ok());
  }

  void AdvanceTo(absl::Time time) {
    common::v1::AdvanceToRequest in;
    *in.mutable_time() = ToProto(time);
    common::v1::AdvanceToResponse out;
    auto stub = StubAs<common::v1::ClockService>("ctl", folder);
    const grpc::Status status = stub->AdvanceTo(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  grpc::Status Ask(const ListTodosRequest& in, ListTodosResponse* out,
                   const std::string& token = "") {
    auto stub = StubAs<common::v1::TodoService>("ctl", folder);
    return stub->ListTodos(Context(token).get(), in, out);
  }

  // The matters and what is to be done, over all pages.
  std::vector<std::string> List(ListTodosRequest in = {}, const std::string& token = "") {
    std::vector<std::string> listed;
    do {
      ListTodosResponse out;
      const grpc::Status status = Ask(in, &out, token);
      INFO(status.error_message());
      REQUIRE(status.ok());
      REQUIRE(out.todos_size() <= (in.page_size() == 0 ? 50 : in.page_size()));
      for (const auto& todo : out.todos()) listed.push_back(todo.matter() + " " + todo.kind());
      in.set_page_token(out.next_page_token());
    } while (!in.page_token().empty());
    return listed;
  }

  std::vector<TodoEscalated> Told() {
    std::vector<TodoEscalated> told;
    REQUIRE(ledger::Place(host->edge().store()).ok());
    REQUIRE(host->edge()
                .store()
                .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                  ASSIGN_OR_RETURN(
                      const auto batch,
                      ledger::ReadFeed(tx, {.type_prefixes = {"shian.registry.todo."}}));
                  for (const auto& entry : batch.entries) {
                    REQUIRE(told.emplace_back().ParseFromString(entry.change.payload));
                  }
                  return absl::OkStatus();
                })
                .ok());
    return told;
  }

  HostFolder folder;
  std::set<std::string> done, suspended;
  std::unique_ptr<Host> host;
};

TEST_CASE("what is due is listed by office, officer, kind and date, in pages of any size") {
  Desk desk;
  desk.Open("7", "cases/1", "p1");
  desk.Open("7", "cases/2", "p2");
  desk.Open("8", "cases/3", "", "");
  desk.Open("8", "others/4");
  const std::vector<std::string> all = {
      "operators/7/cases/1 test.case.decide", "operators/7/cases/1 test.case.window",
      "operators/7/cases/2 test.case.decide", "operators/7/cases/2 test.case.window",
      "operators/8/cases/3 test.case.decide", "operators/8/cases/3 test.case.window"};
  REQUIRE(desk.List() == all);
  ListTodosRequest in;
  for (const int size : {1, 2, 3, 5, 500}) {
    in.set_page_size(size);
    REQUIRE(desk.List(in) == all);
  }
  in.set_kind("test.case.decide");
  REQUIRE(desk.List(in).size() == 3);
  in.set_kind("test.ca");
  REQUIRE(desk.List(in).empty());
  in.set_kind("test");
  in.set_officer("p2");
  REQUIRE(desk.List(in) == std::vector<std::string>{all[2], all[3]});
  in.clear_officer();
  in.set_mine(true);
  REQUIRE(desk.List(in, TokenFor(OfficerNamed("p1", {}))) ==
          std::vector<std::string>{all[0], all[1]});
  in.clear_mine();
  in.set_organisation("410901");
  REQUIRE(desk.List(in).empty());
  in.clear_organisation();
  // The window of five working days closes before the fifteen of the decision.
  *in.mutable_due_before_time() = ToProto(Morning(3, 15));
  REQUIRE(desk.List(in) == std::vector<std::string>{all[1], all[3], all[5]});
}

TEST_CASE("more matters than a page reads are all listed, also behind some without a clock") {
  Desk desk;
  for (int i = 0; i < 230; ++i) {
    const std::string matter = absl::StrCat("cases/", 1000 + i);
    if (i % 2 == 0 || i < 110) desk.done.insert(matter);
    desk.Open("7", matter);
  }
  ListTodosRequest in;
  in.set_page_size(500);
  ListTodosResponse first;
  REQUIRE(desk.Ask(in, &first).ok());
  REQUIRE(first.todos().empty());
  REQUIRE_FALSE(first.next_page_token().empty());
  REQUIRE(desk.List(in).size() == 120);
  // The work that watches goes through all of them too.
  desk.AdvanceTo(Morning(3, 25));
  REQUIRE(desk.Told().size() == 60);
  // What had no clock is out of the way: one page holds the rest.
  REQUIRE(desk.Ask(in, &first).ok());
  REQUIRE(first.todos_size() == 120);
  REQUIRE(first.next_page_token().empty());
}

TEST_CASE("a department sees what it is itself to do, whatever it asks for") {
  Desk desk;
  desk.Open("7", "cases/1");
  desk.Open("7", "cases/2", "", "");
  desk.Open("7", "cases/3", "", "finance-bureau");
  for (const char* office : {"", "410902", "finance-bureau"}) {
    ListTodosRequest in;
    in.set_organisation(office);
    ListTodosResponse out;
    auto stub = StubAs<common::v1::TodoService>("finance-bureau", desk.folder);
    REQUIRE(stub->ListTodos(Context().get(), in, &out).ok());
    REQUIRE(out.todos_size() == 2);
    REQUIRE(out.todos(0).matter() == "operators/7/cases/3");
  }
}

TEST_CASE("what is wrong with a question is named") {
  Desk desk;
  ListTodosResponse out;
  ListTodosRequest in;
  in.set_mine(true);
  REQUIRE(ReasonOf(desk.Ask(in, &out)) == Reason::kOfficerTokenRequired);
  in.set_officer("p1");
  REQUIRE(desk.Ask(in, &out).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  in.Clear();
  in.set_region("410901");
  REQUIRE(ReasonOf(desk.Ask(in, &out)) == Reason::kRegionNotAllowed);
  in.set_region("4109");
  REQUIRE(ReasonOf(desk.Ask(in, &out)) == Reason::kFieldInvalid);
  for (const std::string& bad : {std::string("a\0b", 3), std::string(65, 'a')}) {
    in.Clear();
    in.set_organisation(bad);
    REQUIRE(ReasonOf(desk.Ask(in, &out)) == Reason::kFieldInvalid);
  }
  in.Clear();
  in.mutable_due_before_time()->set_nanos(-1);
  REQUIRE(ReasonOf(desk.Ask(in, &out)) == Reason::kFieldInvalid);
}

TEST_CASE("a suspended clock says since when and why, and is never late") {
  Desk desk;
  desk.suspended = {"cases/1"};
  desk.Open("7", "cases/1");
  desk.AdvanceTo(Morning(9, 1));
  ListTodosResponse out;
  REQUIRE(desk.Ask({}, &out).ok());
  REQUIRE(out.todos_size() == 2);
  REQUIRE(out.todos(0).suspended_reason() == "检验检测期间");
  REQUIRE(out.todos(0).suspended_since_date().day() == 5);
  REQUIRE_FALSE(out.todos(0).overdue());
  REQUIRE_FALSE(out.todos(1).overdue());
  REQUIRE(desk.Told().empty());
}

TEST_CASE("what is overdue climbs each rung once, over restarts, until it is done") {
  Desk desk;
  desk.Open("7", "cases/1");
  // 15 working days from the third end with the twenty-fourth of March.
  desk.AdvanceTo(EndOfDay(Date(2025, 3, 24)));
  REQUIRE(desk.Told().empty());
  desk.AdvanceTo(Morning(3, 25));
  REQUIRE(desk.Told().size() == 1);
  const TodoEscalated first = desk.Told().front();
  REQUIRE(first.matter() == "operators/7/cases/1");
  REQUIRE(first.rung() == 1);
  REQUIRE(first.post() == "handler");
  REQUIRE(first.kind() == "test.case.decide");
  REQUIRE(first.officer() == "p1");
  REQUIRE_FALSE(first.legal_basis().article().empty());
  desk.AdvanceTo(Morning(3, 25));
  desk.host.reset();
  desk.Start();
  desk.AdvanceTo(Morning(3, 26));
  REQUIRE(desk.Told().size() == 1);
  desk.AdvanceTo(Morning(3, 27));
  REQUIRE(desk.Told().size() == 2);
  ListTodosResponse out;
  ListTodosRequest late;
  late.set_overdue_only(true);
  REQUIRE(desk.Ask(late, &out).ok());
  REQUIRE(out.todos_size() == 1);
  REQUIRE(out.todos(0).rung() == 2);
  REQUIRE(out.todos(0).rung_post() == "section-chief");
  REQUIRE(out.todos(0).name() == first.todo());
  // Who looks away for a month tells what was passed, once.
  desk.AdvanceTo(Morning(5, 1));
  REQUIRE(desk.Told().size() == 3);
  desk.done = {"cases/1"};
  desk.AdvanceTo(Morning(6, 1));
  REQUIRE(desk.Told().size() == 3);
  desk.done.clear();
  REQUIRE(desk.List().empty());  // taken out of the open matters
}

TEST_CASE("metrics count what is open by kind and age") {
  Desk desk;
  desk.suspended = {"cases/2"};
  desk.Open("7", "cases/1");
  desk.Open("7", "cases/2");
  const auto count = [&](const std::string& kind, const std::string& age) {
    const std::string text = desk.host->edge().state().parts.telemetry->Text();
    for (const std::string& labels : {absl::StrCat("{kind=\"", kind, "\",age=\"", age, "\""),
                                      absl::StrCat("{age=\"", age, "\",kind=\"", kind, "\"")}) {
      const size_t at = text.find("shian_todos" + labels);
      if (at != std::string::npos) return text.substr(text.find("} ", at) + 2, 1);
    }
    return std::string("none");
  };
  REQUIRE(count("test.case.decide", "later") == "0");
  desk.AdvanceTo(Morning(3, 10));
  REQUIRE(count("test.case.decide", "later") == "1");
  REQUIRE(count("test.case.decide", "suspended") == "1");
  REQUIRE(count("test.case.window", "within_3_days") == "2");
  desk.AdvanceTo(Morning(3, 25));
  REQUIRE(count("test.case.decide", "overdue") == "1");
  REQUIRE(count("test.case.decide", "later") == "0");
}

}  // namespace
}  // namespace shian::rpc
