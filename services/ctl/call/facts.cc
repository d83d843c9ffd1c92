#include "services/ctl/call/facts.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/ctl/session/invoke.h"
#include "shian/ledger/v1/feed_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;

struct WatchArguments {
  std::string service, cursor;
  std::vector<std::string> types;
  bool once = false;
};

std::string TimeOf(const google::protobuf::Timestamp& time) {
  return FormatTime(absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()));
}

void PrintFact(const pb::Fact& fact, bool json) {
  if (json) {
    std::cout << ToJson(fact, false) << "\n";
    return;
  }
  const pb::Entry& entry = fact.entry();
  std::cout << TimeOf(entry.leaf().time()) << "  " << entry.sequence() << "  "
            << entry.leaf().type() << "  " << entry.leaf().subject()
            << (entry.erased() ? "  (已删除)" : "") << "\n";
}

int Watch(Session& session, const WatchArguments& arguments) {
  const auto protos = session.protos();
  if (!protos.ok()) return ReportUsage(protos.status());
  const auto method = (*protos)->Method("shian.ledger.v1.FeedService/Watch");
  if (!method.ok()) return ReportUsage(method.status());
  pb::WatchRequest request;
  request.set_cursor(arguments.cursor);
  for (const std::string& type : arguments.types) request.add_type_prefixes(type);
  const auto each = [&](const google::protobuf::Message& message) {
    pb::WatchResponse answer;
    answer.ParseFromString(message.SerializeAsString());
    for (const pb::Fact& fact : answer.batch().facts()) PrintFact(fact, session.json());
    std::cout.flush();
    return !(arguments.once && answer.has_heartbeat());
  };
  const grpc::Status status =
      InvokeServerStream(session, arguments.service, **method, request, each);
  return status.ok() ? 0 : ReportRefusal(status, session.json());
}

}  // namespace

void AddWatch(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<WatchArguments>();
  CLI::App* watch = app->add_subcommand("watch", "follow the facts of one service");
  watch->footer(
      "Examples:\n  shian watch sanction\n  shian watch credit --type shian.credit.grade --once");
  watch->add_option("SERVICE", arguments->service, "whose facts")
      ->required()
      ->check(CLI::IsMember(kServices));
  watch->add_option("--cursor", arguments->cursor, "resume after this fact");
  watch->add_option("--type", arguments->types, "only types that begin so");
  watch->add_flag("--once", arguments->once, "end when everything there is has been shown");
  watch->callback([=] { *exit_code = Watch(*session, *arguments); });
}

}  // namespace shian::ctl
