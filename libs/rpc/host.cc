#include "libs/rpc/host.h"

#include <grpc/support/log.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/auth/authority.h"
#include "libs/auth/limits.h"
#include "libs/base/check.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/blob/blob.h"
#include "libs/config/config.h"
#include "libs/ledger/ledger.h"
#include "libs/policy/folder.h"
#include "libs/policy/registry.h"
#include "libs/policy/revisions.h"
#include "libs/rpc/audit.h"
#include "libs/rpc/backup_mark.h"
#include "libs/rpc/certificate.h"
#include "libs/rpc/client.h"
#include "libs/rpc/due_work.h"
#include "libs/rpc/feed_client.h"
#include "libs/rpc/feed_gate.h"
#include "libs/rpc/feed_service.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/open_store.h"
#include "libs/rpc/page.h"
#include "libs/rpc/scrubber.h"
#include "libs/rpc/server.h"
#include "libs/rpc/services.h"
#include "libs/rpc/store_metrics.h"
#include "libs/rpc/todo_work.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace shian::rpc {
namespace {

using telemetry::Severity;

constexpr char kVersion[] = "0.1.0";

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// gRPC's own lines, so that all of stderr is JSON. They name places and addresses, never messages.
void OnGrpcLog(gpr_log_func_args* line) {
  telemetry::Log(
      line->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kWarning : Severity::kDebug, "grpc",
      {{"at", absl::StrCat(line->file, ":", line->line)}, {"message", std::string(line->message)}});
}

[[noreturn]] void Exit(const config::Config& config, const absl::Status& status) {
  std::fprintf(stderr, "shian-%s: %s\n", config.service.c_str(),
               std::string(status.message()).c_str());
  std::exit(1);
}

absl::StatusOr<std::unique_ptr<auth::Authority>> MakeAuthority(const config::Config& config,
                                                               const Clock& clock) {
  auth::Authority::Options options;
  ASSIGN_OR_RETURN(options.table, auth::SystemTable::Load(config.systems));
  ASSIGN_OR_RETURN(options.tokens.public_key_pem,
                   config::ReadFile(config.token_key, auth::limits::kKeyBytesMax));
  options.tokens.issuer = config.token_issuer;
  options.region = config.region;
  options.clock = &clock;
  return std::make_unique<auth::Authority>(std::move(options));
}

// Files that the store does not know yet become drafts. A bad file is said and left out: what is in
// force stays in force.
absl::Status SeedPolicies(const config::Config& config, store::Store& store, const Clock& clock) {
  ASSIGN_OR_RETURN(policy::Folder folder, policy::ReadFolder(config.policies));
  for (const policy::Problem& problem : folder.problems) {
    telemetry::Log(Severity::kError, "policy_refused", {{"problem", problem.ToString()}});
  }
  return store
      .WriteAndWait({.now = clock.Now(), .caller = "policies"},
                    [files = folder.files](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      RETURN_IF_ERROR(policy::SeedDrafts(tx, files).status());
                      return std::string();
                    })
      .status();
}

}  // namespace

// Members stand in the order in which they are made; they go in the reverse one.
struct Host::State {
  config::Config config;
  std::unique_ptr<telemetry::Telemetry> telemetry;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<SimulatedClock> simulated;
  const Clock* clock = &SystemClock();
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<blob::Blobs> blobs;
  policy::Policies policies;
  std::unique_ptr<auth::Authority> authority;
  std::unique_ptr<AuditQueue> audit;
  std::unique_ptr<Edge> edge;
  std::vector<TodoSource> todos;
  std::unique_ptr<TodoWork> todo_work;
  std::unique_ptr<DueWork> due;
  std::unique_ptr<Scrubber> scrubber;
  std::unique_ptr<FeedHub> feeds;
  FeedGate gate;
  std::unique_ptr<BackupMark> backup_mark;
  std::vector<std::unique_ptr<grpc::Service>> own_services;
  std::vector<grpc::Service*> services;
  std::map<std::string, ledger::Reactions> reactions;
  std::vector<std::unique_ptr<ledger::Consumer>> consumers;
  std::vector<std::unique_ptr<FeedClient>> followers;
  std::atomic<bool> following = false;  // `followers` is complete
  bool modules_gone = false;            // maybe: they were made after the host
  std::unique_ptr<Server> server;

  bool IsFile() const { return !store->many_writers(); }
  // Whether this process does the work that one does for all.
  std::function<bool()> Leads() const {
    return [this] { return ledger->leading(); };
  }
  absl::Status Open(store::Schema schema);
  absl::Status OpenClock();
  void MakeServices();
  void Follow();
  absl::Status Advance(absl::Time time);
  std::vector<FeedPosition> Positions() const;
  void AddMetrics();
};

absl::Status Host::State::Open(store::Schema schema) {
  ASSIGN_OR_RETURN(store, OpenStore(config, std::move(schema)));
  RETURN_IF_ERROR(OpenClock());
  ASSIGN_OR_RETURN(std::unique_ptr<ledger::Signer> signer,
                   ledger::Signer::FromPemFile(config.signing_key));
  SetPageKey(HmacSha256(signer->PrivatePem(), "page token"));
  ledger::Ledger::Options options;
  options.signer = std::move(signer);
  options.clock = clock;
  options.log = [](const absl::Status& failed) {
    telemetry::Log(Severity::kWarning, "integration_failed",
                   {{"problem", std::string(failed.message())}});
  };
  ASSIGN_OR_RETURN(ledger, ledger::Ledger::Start(*store, std::move(options)));
  ASSIGN_OR_RETURN(blobs,
                   blob::Blobs::Open(
                       {.folder = config.blobs, .key_path = config.blob_key, .shared = !IsFile()}));
  ASSIGN_OR_RETURN(authority, MakeAuthority(config, *clock));
  RETURN_IF_ERROR(SeedPolicies(config, *store, *clock));
  audit = std::make_unique<AuditQueue>(*store, *clock);
  edge = std::make_unique<Edge>(Edge::Parts{store.get(), clock, &policies, blobs.get(),
                                            authority.get(), telemetry.get(), audit.get()},
                                EdgeLimits{config.in_flight_max, config.calls_per_second_max});
  due = std::make_unique<DueWork>(*store, *clock, simulated.get(), Leads());
  feeds = std::make_unique<FeedHub>(*edge, config.service);
  backup_mark = std::make_unique<BackupMark>(
      (IsFile() ? config.store : absl::StrCat(config.state, "/", config.service)) + ".backed-up",
      absl::Now());
  MakeServices();
  AddMetrics();
  return absl::OkStatus();
}

absl::Status Host::State::OpenClock() {
  if (!config.simulated_clock) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::Time start, ParseTime(config.clock_start));
  ASSIGN_OR_RETURN(const absl::Time kept, KeptClock(*store, start));
  simulated = std::make_unique<SimulatedClock>(kept);
  clock = simulated.get();
  return absl::OkStatus();
}

void Host::State::MakeServices() {
  ClockParts parts;
  if (simulated != nullptr) parts.advance = [this](absl::Time time) { return Advance(time); };
  parts.feeds = [this] { return Positions(); };
  own_services.push_back(MakeLedgerService(*edge, *ledger));
  own_services.push_back(MakeAuditService(*edge));
  own_services.push_back(MakePolicyService(*edge));
  own_services.push_back(MakeBlobService(*edge));
  own_services.push_back(MakeBackupService(
      *edge, {IsFile() ? config.store : "", config.blobs, &gate, backup_mark.get()}));
  own_services.push_back(MakeClockService(*edge, std::move(parts)));
  own_services.push_back(MakeTodoService(*edge, todos));
  for (const auto& service : own_services) services.push_back(service.get());
  services.push_back(feeds->service());
}

void Host::State::Follow() {
  for (const auto& [peer, map] : reactions) {
    consumers.push_back(
        std::make_unique<ledger::Consumer>(*store, config.service, OriginOf(peer, config), map));
    auto connect = [this, peer = peer, address = config.peers[peer]] {
      return MakeChannel(config.tls, peer, address);
    };
    followers.push_back(std::make_unique<FeedClient>(peer, std::move(connect), *consumers.back(),
                                                     *clock, gate, Leads()));
  }
  following = true;
}

absl::Status Host::State::Advance(absl::Time time) {
  RETURN_IF_ERROR(due->AdvanceTo(time));
  return ledger->Flush();
}

std::vector<FeedPosition> Host::State::Positions() const {
  std::vector<FeedPosition> positions;
  for (const auto& follower : followers) positions.push_back(follower->position());
  return positions;
}

void Host::State::AddMetrics() {
  AddStoreMetrics(*telemetry, *store);
  telemetry->AddGauge("shian_log_behind_seconds",
                      "Age of the oldest log entry that no checkpoint covers yet.", {},
                      [this] { return absl::ToDoubleSeconds(ledger->Behind()); });
  telemetry->AddGauge("shian_leading",
                      "1 in the process that does the work which one does for all replicas.", {},
                      [this] { return ledger->leading() ? 1.0 : 0.0; });
  telemetry->AddCounter("shian_due_work_failures_total",
                        "Pieces of work due by the clock that failed; each is tried again.", {},
                        [this] { return static_cast<double>(due->failures()); });
  // A database is backed up by its own tools, and watched by theirs.
  if (IsFile()) {
    telemetry->AddGauge(
        "shian_backup_last_timestamp_seconds",
        "When the last whole backup was kept; before the first, when the store was new.", {},
        [this] { return static_cast<double>(absl::ToUnixSeconds(backup_mark->time())); });
  }
  AddCertificateMetrics(*telemetry, config.tls);
}

Host::Host(absl::string_view name, int argc, char** argv, store::Schema schema)
    : state_(std::make_unique<State>()) {
  // Before any thread, so that every thread inherits it and only sigwait sees the signals.
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // Debian's Abseil draws a graph of all locks that are held, in gRPC too, to find deadlocks while
  // developing: a twentieth of what a read costs.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  state_->config = config::LoadOrExit(name, argc, argv);
  telemetry::StartLog(name, state_->config.log_level);
  gpr_set_log_function(OnGrpcLog);
  state_->telemetry = std::make_unique<telemetry::Telemetry>(name, kVersion);
  const absl::Status opened = state_->Open(std::move(schema));
  if (!opened.ok()) Exit(state_->config, opened);
}

Host::~Host() {
  state_->modules_gone = true;
  Drain(absl::ZeroDuration());
}

Edge& Host::edge() { return *state_->edge; }
const config::Config& Host::config() const { return state_->config; }
int Host::port() const { return state_->server == nullptr ? 0 : state_->server->port(); }

void Host::Serve(grpc::Service* service) { state_->services.push_back(service); }

void Host::React(absl::string_view peer, ledger::Reactions reactions) {
  ledger::Reactions& map = state_->reactions[std::string(peer)];
  for (auto& [type, reaction] : reactions) {
    SHIAN_CHECK(map.emplace(type, std::move(reaction)).second) << "two reactions to " << type;
  }
}

bool Host::Hears(absl::string_view peer) const {
  const auto hears = [&](const auto& one) {
    const FeedPosition at = one->position();
    return at.peer == peer && one->follows() && at.connected && at.position >= at.head;
  };
  return state_->following && absl::c_any_of(state_->followers, hears);
}

void Host::OnAdvance(std::function<absl::Status(absl::Time)> work) {
  state_->due->Add(std::move(work));
}

void Host::OnEveryProcess(std::function<absl::Status(absl::Time)> work) {
  state_->due->AddOwn(std::move(work));
}

void Host::Remind(std::vector<TodoSource> sources) { state_->todos = std::move(sources); }

absl::Status Host::Start() {
  State& state = *state_;
  state.todo_work = std::make_unique<TodoWork>(*state.edge, state.todos, state.Leads(),
                                               state.simulated == nullptr);
  // Last: what other work ended is not due any more.
  OnAdvance([&state](absl::Time now) { return state.todo_work->Run(now); });
  ServerParts parts{&state.config, state.authority.get(), state.edge.get(), state.services};
  ASSIGN_OR_RETURN(state.server, Server::Start(parts));
  if (state.config.port != 0) {
    RETURN_IF_ERROR(state.telemetry->Expose(
        absl::StrCat(state.config.listen, ":", state.config.MetricsPort())));
  }
  state.due->Start();
  state.Follow();
  for (const auto& follower : state.followers) AddFeedMetrics(*state.telemetry, *follower);
  state.scrubber = std::make_unique<Scrubber>(*state.store, *state.telemetry, state.Leads());
  state.server->SetServing(true);
  telemetry::Log(Severity::kInfo, "serving",
                 {{"port", static_cast<int64_t>(state.server->port())},
                  {"region", state.config.region},
                  {"clock", FormatTime(state.clock->Now())},
                  {"simulated", state.simulated != nullptr}});
  return absl::OkStatus();
}

void Host::Drain(absl::Duration not_serving) {
  State& state = *state_;
  if (state.server == nullptr) return;
  // Balancers see NOT_SERVING and go elsewhere while calls are still taken.
  state.server->SetServing(false);
  absl::SleepFor(not_serving);
  state.edge->state().draining = true;
  state.store->Drain(absl::Now() + limits::kStoreDrain);
  for (auto& follower : state.followers) follower->Stop();
  state.due->Stop();
  state.feeds->Stop();
  state.server->Shutdown(limits::kShutdownGrace);
  if (!state.modules_gone) state.due->RunOwn().IgnoreError();  // is logged
  state.server.reset();
  state.telemetry->StopExposing();
  state.scrubber.reset();
  state.audit.reset();
  const absl::Status flushed = state.ledger->Flush();
  telemetry::Log(Severity::kInfo, "stopped", {{"checkpoint", flushed.ok()}});
}

int Host::Run() {
  const absl::Status started = Start();
  if (!started.ok()) Exit(state_->config, started);
  const sigset_t signals = Signals();
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  telemetry::Log(Severity::kInfo, "draining", {{"signal", static_cast<int64_t>(signal_number)}});
  std::thread([signals] {
    int second = 0;
    sigwait(&signals, &second);
    _exit(128 + second);
  }).detach();
  Drain(absl::Seconds(state_->config.drain_seconds));
  return 0;
}

}  // namespace shian::rpc
