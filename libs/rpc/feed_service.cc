#include "libs/rpc/feed_service.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "shian/ledger/v1/feed_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using errors::Refuse;
using ledger::v1::WatchRequest;
using ledger::v1::WatchResponse;

// What one watcher may see: the grants of the system table, cut down to what it asked for.
struct View {
  std::vector<std::string> type_prefixes;
  std::vector<auth::FeedGrant> grants;

  bool Shows(const ledger::ReceivedChange& change) const {
    return std::any_of(grants.begin(), grants.end(), [&](const auth::FeedGrant& grant) {
      return Covers(grant.type_prefixes, change.type) &&
             (grant.regions.empty() ||
              std::any_of(grant.regions.begin(), grant.regions.end(), [&](const auto& region) {
                return auth::RegionCovers(region, change.region);
              }));
    });
  }

 private:
  static bool Covers(const std::vector<std::string>& prefixes, absl::string_view type) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return absl::StartsWith(type, prefix); });
  }
};

// The narrower of two prefixes when one begins with the other.
void Intersect(const std::string& asked, const std::string& granted,
               std::vector<std::string>* out) {
  if (absl::StartsWith(asked, granted)) {
    out->push_back(asked);
  } else if (absl::StartsWith(granted, asked)) {
    out->push_back(granted);
  }
}

absl::StatusOr<View> ViewOf(const WatchRequest& request, const auth::SystemRecord& record,
                            const std::string& service) {
  if (request.type_prefixes_size() > limits::kWatchPrefixesMax) {
    return errors::InvalidField("type_prefixes", {"at most 50", "最多50项"});
  }
  std::vector<std::string> asked(request.type_prefixes().begin(), request.type_prefixes().end());
  if (asked.empty()) asked.push_back("");
  View view;
  for (const auth::FeedGrant& grant : record.feeds) {
    if (grant.origin != service) continue;
    view.grants.push_back(grant);
    for (const std::string& granted : grant.type_prefixes) {
      for (const std::string& prefix : asked) Intersect(prefix, granted, &view.type_prefixes);
    }
  }
  if (!view.type_prefixes.empty()) return view;
  return Refuse(Reason::kServiceNotAllowed,
                {{"system", record.system.id}, {"service", "this feed"}});
}

}  // namespace

class Watcher;

// Counts commits. The store's hook shares it, so that it may outlive the hub, and holds its lock
// for one addition only: a commit never waits for a watcher that reads.
class Pulse {
 public:
  void Beat() {
    absl::MutexLock lock(&mutex_);
    ++commits_;
  }
  int64_t commits() {
    absl::MutexLock lock(&mutex_);
    return commits_;
  }
  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  // Waits for a commit after the `pumped`th, at most a heartbeat long. Absent: stop.
  std::optional<int64_t> Await(int64_t pumped) {
    absl::MutexLock lock(&mutex_);
    const auto news = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || commits_ != pumped;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&news), limits::kHeartbeat);
    return stopping_ ? std::nullopt : std::optional<int64_t>(commits_);
  }

 private:
  absl::Mutex mutex_;
  int64_t commits_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

class FeedHub::Impl final : public ledger::v1::FeedService::CallbackService {
 public:
  Impl(Edge& edge, std::string service);
  ~Impl() override { Stop(); }

  grpc::ServerWriteReactor<WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                 const WatchRequest* request) override;
  void Stop();

  // A watcher that read before a commit and sleeps after it would miss it.
  int64_t commits() { return pulse_->commits(); }
  bool Join(Watcher* watcher);
  void Leave(Watcher* watcher);
  Edge& edge() { return edge_; }

 private:
  void Pump();

  Edge& edge_;
  const std::string service_;
  const std::shared_ptr<Pulse> pulse_ = std::make_shared<Pulse>();
  absl::Mutex mutex_;
  std::set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// One Watch. One step of it is under way, a read or a message that leaves, or it sleeps until the
// hub wakes it. Where the store has threads of its own, it never waits for a read.
class Watcher final : public grpc::ServerWriteReactor<WatchResponse>,
                      public std::enable_shared_from_this<Watcher> {
 public:
  // Belongs to gRPC until OnDone, and to the read that is under way.
  static Watcher* Make(FeedHub::Impl& hub, grpc::CallbackServerContext* context,
                       const WatchRequest& request) {
    const auto watcher = std::make_shared<Watcher>(hub, context, request);
    watcher->self_ = watcher;
    return watcher.get();
  }
  Watcher(FeedHub::Impl& hub, grpc::CallbackServerContext* context, const WatchRequest& request)
      : hub_(hub),
        ongoing_(std::make_shared<Ongoing>(hub.edge().state(), context, request)),
        cursor_(request.cursor()),
        sent_cursor_(request.cursor()) {}

  void Begin(const WatchRequest& request, const std::string& service,
             grpc::CallbackServerContext* context) {
    absl::Status status = ongoing_->Enter(Ongoing::DeadlineRule::kExempt);
    if (status.ok()) status = See(request, service, context);
    if (status.ok() && !hub_.Join(this)) status = Refuse(Reason::kShedInFlight);
    if (!status.ok()) return End(status);
    joined_ = true;
    Wake();
  }

  // From the hub's thread, with every commit and every tick.
  void Wake() { LookAfter(Step::kNone); }

  void Stop() { End(Refuse(Reason::kServerStopping)); }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the watcher went away"));
    LookAfter(Step::kSend);
  }

  void OnCancel() override { End(absl::CancelledError("the watcher went away")); }

  void OnDone() override {
    if (joined_) hub_.Leave(this);
    const std::shared_ptr<Watcher> last = std::move(self_);
  }

 private:
  enum class Step { kNone, kRead, kSend, kEnded };

  absl::Status See(const WatchRequest& request, const std::string& service,
                   grpc::CallbackServerContext* context) {
    auth::Authority& authority = *hub_.edge().state().parts.authority;
    ASSIGN_OR_RETURN(const auth::SystemRecord* record,
                     authority.FindSystem(CredentialsOf(*context)));
    ASSIGN_OR_RETURN(view_, ViewOf(request, *record, service));
    return absl::OkStatus();
  }

  // Reads on, unless something else than `step` is under way.
  void LookAfter(Step step) {
    {
      absl::MutexLock lock(&mutex_);
      if (step_ != step || !ending_.ok()) return;
      step_ = Step::kRead;
    }
    Look();
  }

  // Reads until there is something to send or to wait for. An engine that reads on this thread goes
  // round here, another goes on where it has read.
  void Look() {
    bool more = true;
    while (more) {
      enum : int { kReading, kLeft, kMore };
      const auto turn = std::make_shared<std::atomic<int>>(kReading);
      const int64_t seen = hub_.commits();
      const auto batch = std::make_shared<ledger::FeedBatch>();
      hub_.edge().store().Read(
          [self = shared_from_this(), batch](store::ReadTx& tx) { return self->Read(tx, *batch); },
          {},
          [self = shared_from_this(), batch, seen, turn](const absl::Status& status) {
            if (!self->OnRead(status, *batch, seen)) return;
            if (turn->exchange(kMore) == kLeft) self->Look();
          });
      more = turn->exchange(kLeft) == kMore;
    }
  }

  // The next facts for this watcher, if there are any.
  absl::Status Read(store::ReadTx& tx, ledger::FeedBatch& batch) const {
    ASSIGN_OR_RETURN(
        batch, ledger::ReadFeed(tx, {.cursor = cursor_, .type_prefixes = view_.type_prefixes}));
    auto& entries = batch.entries;
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const auto& entry) { return !view_.Shows(entry.change); }),
                  entries.end());
    return absl::OkStatus();
  }

  // Sends what is new, or a heartbeat, or falls asleep. True: reads on at once.
  bool OnRead(const absl::Status& read, const ledger::FeedBatch& batch, int64_t seen) {
    absl::Status ending;
    {
      absl::MutexLock lock(&mutex_);
      if (ending_.ok()) ending_ = read;
      if (ending_.ok()) return Judge(batch, seen);
      ending = ending_;
      step_ = Step::kEnded;
    }
    Finish(ongoing_->Finish(ending));
    return false;
  }

  bool Judge(const ledger::FeedBatch& batch, int64_t seen) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool searches = batch.cursor != cursor_ && batch.position < batch.head;
    const bool beat = SteadyNow() - last_sent_ >= limits::kHeartbeat;
    // Whoever waits for facts that are rare in a long log hears that the search goes on, and begins
    // after a break where it stood.
    if (!batch.entries.empty() || (searches && beat)) return Send(ToBatch(batch), batch);
    if (!searches && (beat || batch.head != head_)) return Send(ToHeartbeat(batch), batch);
    cursor_ = batch.cursor;
    // The hub wakes none that reads.
    if (searches || hub_.commits() != seen) return true;
    step_ = Step::kNone;
    return false;
  }

  WatchResponse ToBatch(const ledger::FeedBatch& batch) const {
    WatchResponse response;
    auto& out = *response.mutable_batch();
    out.set_after_cursor(sent_cursor_);
    for (const ledger::FeedEntry& entry : batch.entries) *out.add_facts() = ToProto(entry);
    out.set_cursor(batch.cursor);
    out.set_position(batch.position);
    out.set_head_sequence(batch.head);
    return response;
  }

  static WatchResponse ToHeartbeat(const ledger::FeedBatch& batch) {
    WatchResponse response;
    response.mutable_heartbeat()->set_cursor(batch.cursor);
    response.mutable_heartbeat()->set_head_sequence(batch.head);
    return response;
  }

  // False: OnWriteDone goes on.
  bool Send(WatchResponse response, const ledger::FeedBatch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    response_ = std::move(response);
    cursor_ = batch.cursor;
    sent_cursor_ = batch.cursor;
    head_ = batch.head;
    last_sent_ = SteadyNow();
    step_ = Step::kSend;
    StartWrite(&response_);
    return false;
  }

  void End(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (step_ == Step::kEnded || !ending_.ok()) return;
      ending_ = status;
      if (step_ == Step::kRead) return;  // which finishes it
      step_ = Step::kEnded;
    }
    Finish(ongoing_->Finish(status));
  }

  FeedHub::Impl& hub_;
  const std::shared_ptr<Ongoing> ongoing_;
  std::shared_ptr<Watcher> self_;
  View view_;
  bool joined_ = false;
  absl::Mutex mutex_;
  Step step_ ABSL_GUARDED_BY(mutex_) = Step::kNone;
  absl::Status ending_ ABSL_GUARDED_BY(mutex_);  // why it ends, once it does
  // Of the step that is under way alone.
  std::string cursor_;       // where to read on
  std::string sent_cursor_;  // where the watcher stands
  int64_t head_ = -1;
  absl::Time last_sent_ = absl::InfinitePast();
  WatchResponse response_;
};

FeedHub::Impl::Impl(Edge& edge, std::string service) : edge_(edge), service_(std::move(service)) {
  edge_.store().AfterCommit([pulse = pulse_] { pulse->Beat(); });
  thread_ = std::thread([this] { Pump(); });
}

grpc::ServerWriteReactor<WatchResponse>* FeedHub::Impl::Watch(grpc::CallbackServerContext* context,
                                                              const WatchRequest* request) {
  Watcher* const watcher = Watcher::Make(*this, context, *request);
  watcher->Begin(*request, service_, context);
  return watcher;
}

bool FeedHub::Impl::Join(Watcher* watcher) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || watchers_.size() >= limits::kWatchersMax) return false;
  watchers_.insert(watcher);
  return true;
}

void FeedHub::Impl::Leave(Watcher* watcher) {
  absl::MutexLock lock(&mutex_);
  watchers_.erase(watcher);
}

void FeedHub::Impl::Pump() {
  int64_t pumped = 0;
  while (const std::optional<int64_t> commits = pulse_->Await(pumped)) {
    pumped = *commits;
    absl::MutexLock lock(&mutex_);
    // A watcher leaves under this lock, so none goes away while it is woken.
    for (Watcher* watcher : watchers_) watcher->Wake();
  }
}

void FeedHub::Impl::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      stopping_ = true;
      for (Watcher* watcher : watchers_) watcher->Stop();
    }
  }
  pulse_->Stop();
  if (thread_.joinable()) thread_.join();
}

FeedHub::FeedHub(Edge& edge, std::string service)
    : impl_(std::make_unique<Impl>(edge, std::move(service))) {}
FeedHub::~FeedHub() = default;
grpc::Service* FeedHub::service() { return impl_.get(); }
void FeedHub::Stop() { impl_->Stop(); }

}  // namespace shian::rpc
