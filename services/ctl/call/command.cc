#include "services/ctl/call/command.h"

#include <iostream>
#include <iterator>
#include <memory>

#include "libs/base/status_macros.h"
#include "services/ctl/call/facts.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

struct CallArguments {
  std::string method, json, service;
};

std::string StandardInput() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

int PrintStream(Session& session, const std::string& service,
                const google::protobuf::MethodDescriptor& method,
                const google::protobuf::Message& request) {
  const grpc::Status status =
      InvokeServerStream(session, service, method, request, [](const auto& message) {
        std::cout << ToJson(message, false) << std::endl;
        return true;
      });
  return status.ok() ? 0 : ReportRefusal(status, session.json());
}

int Call(Session& session, const CallArguments& arguments) {
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  const auto method = (*protos)->Method(arguments.method);
  if (!method.ok()) return ReportUsage(method.status());
  if ((*method)->client_streaming()) {
    return ReportUsage(absl::InvalidArgumentError(
        "a method that takes a stream cannot be called with one message; see shian import"));
  }
  const auto request =
      RequestFromJson(**protos, **method, arguments.json == "-" ? StandardInput() : arguments.json);
  if (!request.ok()) return ReportUsage(request.status());
  const std::string service = arguments.service.empty() ? ServiceOf(**method) : arguments.service;
  if ((*method)->server_streaming()) return PrintStream(session, service, **method, **request);
  const auto response = (*protos)->NewMessage((*method)->output_type());
  const grpc::Status status = InvokeUnary(session, service, **method, **request, response.get());
  if (!status.ok()) return ReportRefusal(status, session.json());
  std::cout << ToJson(*response, true);
  return 0;
}

int Describe(Session& session, const std::string& name) {
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  if (name.empty()) {
    for (const std::string& service : (*protos)->Services()) std::cout << service << "\n";
    return 0;
  }
  const auto& pool = (*protos)->pool();
  std::string text;
  if (const auto* service = pool.FindServiceByName(name)) text = service->DebugString();
  if (const auto* message = pool.FindMessageTypeByName(name)) text = message->DebugString();
  if (const auto* type = pool.FindEnumTypeByName(name)) text = type->DebugString();
  if (text.empty()) {
    return ReportUsage(absl::NotFoundError("no service, message or enum '" + name + "'"));
  }
  std::cout << text;
  return 0;
}

}  // namespace

void AddCall(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<CallArguments>();
  CLI::App* call = app->add_subcommand("call", "call any RPC with proto JSON");
  call->footer(
      "Examples:\n"
      "  shian call shian.credit.v1.RatingService/GetRating '{\"name\":\"operators/9141…\"}'\n"
      "  echo '{}' | shian call shian.policy.v1.PolicyService/ListPolicies - --service credit\n"
      "A request_id that is left out is filled with a new UUID.");
  call->add_option("METHOD", arguments->method, "package.Service/Method")->required();
  call->add_option("JSON", arguments->json, "the request; - reads standard input");
  call->add_option("--service", arguments->service,
                   "the process to ask, for services that every process has");
  call->callback([=] { *exit_code = Call(*session, *arguments); });

  auto name = std::make_shared<std::string>();
  CLI::App* describe = app->add_subcommand("describe", "show services, methods and messages");
  describe->add_option("NAME", *name, "full name; without it all services are listed");
  describe->callback([=] { *exit_code = Describe(*session, *name); });

  AddWatch(app, session, exit_code);
}

}  // namespace shian::ctl
