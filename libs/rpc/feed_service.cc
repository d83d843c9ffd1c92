#include "libs/rpc/feed_service.h"

#include <algorithm>
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

// One Watch. It is either sending (gRPC owns the next step) or asleep (the hub's thread does).
class Watcher final : public grpc::ServerWriteReactor<WatchResponse> {
 public:
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
    if (!status.ok()) return EndOnce(status);
    joined_ = true;
    absl::MutexLock lock(&mutex_);
    if (!ended_) Next();  // the hub may have stopped it meanwhile
  }

  // From the hub's thread, with every commit and every tick.
  void Wake() {
    absl::MutexLock lock(&mutex_);
    if (asleep_ && !ended_) Next();
  }

  void Stop() { EndOnce(Refuse(Reason::kServerStopping)); }

  void OnWriteDone(bool ok) override {
    if (!ok) return EndOnce(absl::CancelledError("the watcher went away"));
    absl::MutexLock lock(&mutex_);
    if (!ended_) Next();
  }

  void OnCancel() override { EndOnce(absl::CancelledError("the watcher went away")); }

  void OnDone() override {
    if (joined_) hub_.Leave(this);
    delete this;
  }

 private:
  absl::Status See(const WatchRequest& request, const std::string& service,
                   grpc::CallbackServerContext* context) {
    auth::Authority& authority = *hub_.edge().state().parts.authority;
    ASSIGN_OR_RETURN(const auth::SystemRecord* record,
                     authority.FindSystem(CredentialsOf(*context)));
    ASSIGN_OR_RETURN(view_, ViewOf(request, *record, service));
    return absl::OkStatus();
  }

  // Sends what is new, or a heartbeat, or falls asleep.
  void Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    asleep_ = false;
    for (;;) {
      const int64_t seen = hub_.commits();
      const absl::StatusOr<ledger::FeedBatch> batch = Read();
      if (!batch.ok()) return EndLocked(batch.status());
      if (!batch->entries.empty()) return Send(ToBatch(*batch), *batch);
      const bool behind = batch->cursor != cursor_ && batch->position < batch->head;
      if (behind) {
        // Whoever waits for facts that are rare in a long log hears that the search goes on, and
        // begins after a break where it stood.
        if (SteadyNow() - last_sent_ >= limits::kHeartbeat) return Send(ToBatch(*batch), *batch);
        cursor_ = batch->cursor;
        continue;
      }
      if (SteadyNow() - last_sent_ >= limits::kHeartbeat || batch->head != head_) {
        return Send(ToHeartbeat(*batch), *batch);
      }
      if (hub_.commits() == seen) break;
    }
    asleep_ = true;
  }

  absl::StatusOr<ledger::FeedBatch> Read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::StatusOr<ledger::FeedBatch> batch = absl::UnknownError("not read");
    const absl::Status read = hub_.edge().store().ReadNow([&](store::ReadTx& tx) {
      batch = ledger::ReadFeed(tx, {.cursor = cursor_, .type_prefixes = view_.type_prefixes});
      return batch.status();
    });
    if (!read.ok()) return read;
    auto& entries = batch->entries;
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const auto& entry) { return !view_.Shows(entry.change); }),
                  entries.end());
    return batch;
  }

  WatchResponse ToBatch(const ledger::FeedBatch& batch) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
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

  void Send(WatchResponse response, const ledger::FeedBatch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    response_ = std::move(response);
    cursor_ = batch.cursor;
    sent_cursor_ = batch.cursor;
    head_ = batch.head;
    last_sent_ = SteadyNow();
    StartWrite(&response_);
  }

  void EndOnce(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    EndLocked(status);
  }
  void EndLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (std::exchange(ended_, true)) return;
    Finish(ongoing_->Finish(status));
  }

  FeedHub::Impl& hub_;
  const std::shared_ptr<Ongoing> ongoing_;
  View view_;
  bool joined_ = false;
  absl::Mutex mutex_;
  std::string cursor_ ABSL_GUARDED_BY(mutex_);       // where to read on
  std::string sent_cursor_ ABSL_GUARDED_BY(mutex_);  // where the watcher stands
  int64_t head_ ABSL_GUARDED_BY(mutex_) = -1;
  absl::Time last_sent_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  WatchResponse response_;
};

FeedHub::Impl::Impl(Edge& edge, std::string service) : edge_(edge), service_(std::move(service)) {
  edge_.store().AfterCommit([pulse = pulse_] { pulse->Beat(); });
  thread_ = std::thread([this] { Pump(); });
}

grpc::ServerWriteReactor<WatchResponse>* FeedHub::Impl::Watch(grpc::CallbackServerContext* context,
                                                              const WatchRequest* request) {
  auto* watcher = new Watcher(*this, context, *request);
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
