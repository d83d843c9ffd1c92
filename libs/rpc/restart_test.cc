// Processes that die and come back: a follower, its peer, and a server that is told to stop.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/testing_world.h"
#include "shian/common/v1/clock_service.grpc.pb.h"

namespace shian::rpc {
namespace {

// What the watching side of the next test has seen.
int SeenBy(Host& host) {
  int count = -1;
  REQUIRE(host.edge()
              .store()
              .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                ASSIGN_OR_RETURN(const auto rows, tx.Query({"SELECT id FROM seen"}, {}));
                count = static_cast<int>(rows.size());
                return absl::OkStatus();
              })
              .ok());
  return count;
}

std::unique_ptr<Host> StartWatcher(const HostFolder& folder) {
  auto host = testing::MakeHost(folder, SeenSchema());
  // A plain INSERT: the same fact twice would fail and stop the feed.
  host->React("registry",
              {{"shian.policy.revision.activated",
                [](store::WriteTx& tx, const ledger::ReceivedChange& change) {
                  return tx.Execute({"INSERT INTO seen (id) VALUES ($1)"}, {change.id}).status();
                }}});
  REQUIRE(host->Start().ok());
  return host;
}

TEST_CASE("a follower that was away, or whose peer was, loses nothing and doubles nothing") {
  auto registry = std::make_unique<Running>(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry->folder);
  const auto drafts = Drafts(*stub);
  HostOptions options;
  options.service = "inspection";
  options.systems = kSystems;
  options.peers = {{"registry", registry->folder.address()}};
  const HostFolder folder(options);

  auto watcher = StartWatcher(folder);
  Activate(*stub, drafts[0]);
  REQUIRE(Eventually([&] { return SeenBy(*watcher) == 1; }));
  watcher.reset();
  Activate(*stub, drafts[1]);
  watcher = StartWatcher(folder);
  REQUIRE(Eventually([&] { return SeenBy(*watcher) == 2; }));
  registry->Restart();
  auto later = StubAs<policy::v1::PolicyService>("ctl", registry->folder);
  Activate(*later, drafts[2]);
  REQUIRE(Eventually([&] { return SeenBy(*watcher) == 3; }));
  watcher.reset();
}

// Not a test: the process that the next one starts and stops.
TEST_CASE("serve until told to stop", "[.serve]") {
  const std::vector<std::string> arguments =
      absl::StrSplit(std::getenv("SHIAN_TEST_ARGUMENTS"), '\n');
  std::vector<std::string> copy = {"test"};
  copy.insert(copy.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : copy) argv.push_back(argument.data());
  Host host("registry", static_cast<int>(argv.size()), argv.data(), SeenSchema());
  _exit(host.Run());
}

pid_t Spawn(const HostFolder& folder) {
  const std::string arguments = absl::StrJoin(folder.Arguments(), "\n");
  const pid_t pid = fork();
  if (pid == 0) {
    setenv("SHIAN_TEST_ARGUMENTS", arguments.c_str(), 1);
    execl("/proc/self/exe", "rpc_test", "serve until told to stop", nullptr);
    _exit(127);
  }
  return pid;
}

bool Answers(const HostFolder& folder) {
  auto stub = StubAs<common::v1::ClockService>("ctl", folder);
  common::v1::GetClockResponse out;
  return stub->GetClock(Context().get(), {}, &out).ok();
}

TEST_CASE("SIGTERM drains and ends with 0; SIGKILL loses nothing that was acknowledged") {
  const HostFolder folder(Registry());
  pid_t pid = Spawn(folder);
  REQUIRE(Eventually([&] { return Answers(folder); }));
  auto stub = StubAs<policy::v1::PolicyService>("ctl", folder);
  const auto in = Approval(Drafts(*stub)[0]);
  policy::v1::ApprovePoliciesResponse first;
  REQUIRE(Approve(*stub, in, "first", &first).ok());
  int status = 0;
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);

  pid = Spawn(folder);
  REQUIRE(Eventually([&] { return Answers(folder); }));
  auto after = StubAs<policy::v1::PolicyService>("ctl", folder);
  policy::v1::ApprovePoliciesResponse again;
  REQUIRE(Approve(*after, in, "first", &again).ok());
  again.set_revision(first.revision());
  REQUIRE(again.SerializeAsString() == first.SerializeAsString());
  const absl::Time begun = absl::Now();
  kill(pid, SIGTERM);
  waitpid(pid, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  REQUIRE(absl::Now() - begun < absl::Seconds(12));
}

}  // namespace
}  // namespace shian::rpc
