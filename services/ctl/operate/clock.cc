#include "services/ctl/operate/clock.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/ctl/session/invoke.h"
#include "shian/common/v1/clock_service.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;

constexpr absl::Duration kFeedPause = absl::Milliseconds(20);
constexpr absl::Duration kFeedsMax = absl::Seconds(30);

// One call of a method that every process has; refusals are printed here.
template <class Response>
bool Ask(Session& session, const std::string& service, const std::string& method_name,
         const google::protobuf::Message& request, Response* response, int* exit_code) {
  const auto protos = session.protos();
  const auto method = protos.ok() ? (*protos)->Method("shian.common.v1.ClockService/" + method_name)
                                  : protos.status();
  if (!method.ok()) {
    *exit_code = ReportUsage(method.status());
    return false;
  }
  const grpc::Status status = InvokeUnary(session, service, **method, request, response);
  if (!status.ok()) *exit_code = ReportRefusal(status, session.json());
  return status.ok();
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return FormatTime(absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()));
}

int GetClocks(Session& session) {
  int exit_code = 0;
  for (const std::string& service : kServices) {
    pb::GetClockResponse clock;
    if (!Ask(session, service, "GetClock", pb::GetClockRequest(), &clock, &exit_code)) continue;
    std::cout << absl::StrCat(service, std::string(12 - service.size(), ' '),
                              TimeText(clock.time()), clock.simulated() ? "  simulated" : "", "\n");
  }
  return exit_code;
}

// True when every process has followed every peer to the head that the peer itself states.
bool CaughtUp(Session& session, int* exit_code) {
  std::map<std::string, pb::GetFeedsResponse> feeds;
  for (const std::string& service : kServices) {
    if (!Ask(session, service, "GetFeeds", pb::GetFeedsRequest(), &feeds[service], exit_code)) {
      return false;
    }
  }
  for (const auto& [service, answer] : feeds) {
    for (const pb::Feed& feed : answer.feeds()) {
      const auto peer = feeds.find(feed.peer());
      if (peer != feeds.end() && feed.position() < peer->second.head_sequence()) return false;
    }
  }
  return true;
}

// A reaction may make new facts, so the ring is quiet only when it was found quiet twice.
int WaitForFeeds(Session& session) {
  const absl::Time end = absl::Now() + kFeedsMax;
  int exit_code = 0;
  for (int quiet = 0; quiet < 2;) {
    quiet = CaughtUp(session, &exit_code) ? quiet + 1 : 0;
    if (exit_code != 0) return exit_code;
    if (absl::Now() > end) {
      std::cerr << "shian: the feeds did not catch up within " << absl::FormatDuration(kFeedsMax)
                << "\n";
      return kExitWrong;
    }
    absl::SleepFor(kFeedPause);
  }
  return 0;
}

int Advance(Session& session, const std::string& to) {
  const auto time = ParseTime(to);
  if (!time.ok()) return ReportUsage(time.status());
  int exit_code = WaitForFeeds(session);
  for (const std::string& service : kServices) {
    if (exit_code != 0) return exit_code;
    pb::AdvanceToRequest request;
    request.mutable_time()->set_seconds(absl::ToUnixSeconds(*time));
    pb::AdvanceToResponse response;
    if (!Ask(session, service, "AdvanceTo", request, &response, &exit_code)) return exit_code;
    exit_code = WaitForFeeds(session);
  }
  std::cout << FormatTime(*time) << "\n";
  return exit_code;
}

}  // namespace

void AddClock(CLI::App* app, Session* session, int* exit_code) {
  CLI::App* clock = app->add_subcommand("clock", "the services' clocks");
  clock->require_subcommand(1);
  clock->add_subcommand("get", "show the clocks")->callback([=] {
    *exit_code = GetClocks(*session);
  });
  clock->add_subcommand("wait", "wait until all services have followed each other")->callback([=] {
    *exit_code = WaitForFeeds(*session);
  });
  auto to = std::make_shared<std::string>();
  CLI::App* advance = clock->add_subcommand("advance", "move simulated clocks forward");
  advance->footer("Example:\n  shian clock advance --to 2025-04-01T09:00:00+08:00");
  advance->add_option("--to", *to, "RFC 3339 time")->required();
  advance->callback([=] { *exit_code = Advance(*session, *to); });
}

}  // namespace shian::ctl
