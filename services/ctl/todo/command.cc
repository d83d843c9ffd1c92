#include "services/ctl/todo/command.h"

#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/todo/show.h"
#include "shian/common/v1/todo_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;

constexpr char kMethod[] = "shian.common.v1.TodoService/ListTodos";
constexpr int kPageSize = 500;
// More than an office has open at a time; who has more asks by kind or by date.
constexpr size_t kTodosMax = 50'000;

struct TodoArguments {
  std::string office, kind, before, format;
  bool me = false, overdue = false;
};

// What one service answered.
struct Answer {
  std::string service;
  std::vector<pb::Todo> todos;
  grpc::Status status;
};

absl::StatusOr<pb::ListTodosRequest> RequestOf(const TodoArguments& arguments) {
  if (arguments.me == !arguments.office.empty()) {
    return absl::InvalidArgumentError("say either --office or --me");
  }
  pb::ListTodosRequest request;
  request.set_organisation(arguments.office);
  request.set_mine(arguments.me);
  request.set_kind(arguments.kind);
  request.set_overdue_only(arguments.overdue);
  request.set_page_size(kPageSize);
  if (arguments.before.empty()) return request;
  const auto day = ParseDate(arguments.before);
  if (!day.ok()) return day.status();
  request.mutable_due_before_time()->set_seconds(absl::ToUnixSeconds(StartOfDay(*day)));
  return request;
}

void Ask(Session& session, const google::protobuf::MethodDescriptor& method,
         pb::ListTodosRequest request, Answer* answer) {
  do {
    pb::ListTodosResponse response;
    answer->status = InvokeUnary(session, answer->service, method, request, &response);
    if (!answer->status.ok()) return;
    for (pb::Todo& todo : *response.mutable_todos()) answer->todos.push_back(std::move(todo));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && answer->todos.size() < kTodosMax);
  if (!request.page_token().empty()) {
    answer->status = {grpc::StatusCode::RESOURCE_EXHAUSTED, "more is due than is shown"};
  }
}

// All services at once: an answer takes as long as the slowest of them.
std::vector<Answer> AskAll(Session& session, const google::protobuf::MethodDescriptor& method,
                           const pb::ListTodosRequest& request) {
  std::vector<Answer> answers(kServices.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < answers.size(); ++i) {
    answers[i].service = kServices[i];
    threads.emplace_back([&session, &method, &request, answer = &answers[i]] {
      Ask(session, method, request, answer);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

int Show(const Session& session, const TodoArguments& arguments, std::vector<Answer> answers) {
  std::vector<pb::Todo> todos;
  std::vector<std::string> unanswered;
  int exit_code = 0;
  for (Answer& answer : answers) {
    std::move(answer.todos.begin(), answer.todos.end(), std::back_inserter(todos));
    if (answer.status.ok()) continue;
    unanswered.push_back(answer.service);
    std::cerr << "shian: " << answer.service << " did not answer in full\n";
    const int code = ReportRefusal(answer.status, session.json());
    if (exit_code == 0) exit_code = code;
  }
  SortTodos(&todos);
  const std::string format =
      arguments.format.empty() ? (session.json() ? "json" : "table") : arguments.format;
  std::cout << (format == "csv"    ? TodosAsCsv(todos)
                : format == "json" ? TodosAsJson(todos, unanswered)
                                   : TodosAsTable(todos));
  return exit_code;
}

int Todos(Session& session, const TodoArguments& arguments) {
  const auto request = RequestOf(arguments);
  if (!request.ok()) return ReportUsage(request.status());
  const auto protos = session.protos();
  const auto method = protos.ok() ? (*protos)->Method(kMethod) : protos.status();
  if (!method.ok()) return ReportUsage(method.status());
  // Made here, one after the other: the threads only look them up.
  for (const std::string& service : kServices) {
    const auto channel = session.ChannelTo(service);
    if (!channel.ok()) return ReportUsage(channel.status());
  }
  return Show(session, arguments, AskAll(session, **method, *request));
}

}  // namespace

void AddTodo(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<TodoArguments>();
  CLI::App* todo = app->add_subcommand("todo", "what is due in all services, by due time (待办)");
  todo->footer(
      "Examples:\n"
      "  shian todo --office 410902 --overdue\n"
      "  shian todo --me --kind sanction.case --before 2025-07-01\n"
      "  shian todo --office 410902 --format csv > todo.csv\n\n"
      "A service that does not answer is named, and the rest is shown; the exit code is then not "
      "0.");
  todo->add_option("--office", arguments->office, "organisation whose matters are asked for");
  todo->add_flag("--me", arguments->me, "matters of the officer of the token");
  todo->add_option("--kind", arguments->kind,
                   "one kind, or all that begin with it, such as sanction.case");
  todo->add_option("--before", arguments->before, "only what is due before this day");
  todo->add_flag("--overdue", arguments->overdue, "only what is overdue");
  todo->add_option("--format", arguments->format, "table, json or csv; else as --output says")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  todo->callback([=] { *exit_code = Todos(*session, *arguments); });
}

}  // namespace shian::ctl
