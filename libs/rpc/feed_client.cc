#include "libs/rpc/feed_client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/client.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/trace.h"
#include "shian/ledger/v1/feed_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using ledger::v1::WatchRequest;
using ledger::v1::WatchResponse;

// Consumers that lost their peer together must not come back together.
absl::Duration WithJitter(absl::Duration pause) {
  thread_local std::minstd_rand random(std::random_device{}());
  return pause * std::uniform_real_distribution<double>(0.5, 1.0)(random);
}

std::string ProblemOf(const absl::Status& status) {
  if (status.ok()) return "";
  const auto reason = errors::ReasonOf(status);
  return reason ? std::string(errors::WordOf(*reason)) : absl::StatusCodeToString(status.code());
}

// A message as the batch it stands for. A heartbeat may move the cursor over facts that were left
// out: that is a batch without entries.
ledger::FeedBatch BatchOf(const WatchResponse& message, const std::string& after) {
  if (message.has_batch()) return FromProto(message.batch());
  ledger::FeedBatch batch;
  batch.after = after;
  batch.cursor = message.heartbeat().cursor();
  batch.position = message.heartbeat().head_sequence();
  batch.head = message.heartbeat().head_sequence();
  return batch;
}

// A Watch whose reads can be given up. gRPC's blocking reader waits for minutes on a connection
// that is dead without anybody having been told, as behind a firewall that forgot it.
class Stream {
 public:
  Stream(ledger::v1::FeedService::Stub& stub, grpc::ClientContext& context,
         const WatchRequest& request)
      : context_(context), reader_(stub.AsyncWatch(&context, request, &queue_, this)) {}
  ~Stream() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool good = false;
    while (queue_.Next(&tag, &good)) continue;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // False at the end of the stream, or when nothing came for so long.
  bool Read(WatchResponse* message, absl::Duration patience) {
    const absl::Time until = absl::Now() + patience;
    if (!std::exchange(begun_, true) && !Await(until)) return false;
    reader_->Read(message, this);
    return Await(until);
  }

  bool silent() const { return silent_; }

  grpc::Status Finish() {
    context_.TryCancel();
    grpc::Status status;
    if (!std::exchange(begun_, true)) Await(absl::InfiniteFuture());
    reader_->Finish(&status, this);
    Await(absl::InfiniteFuture());
    return status;
  }

 private:
  // Whether the step that was begun went well. It always ends here: a stream that is cancelled
  // gives its step back at once.
  bool Await(absl::Time until) {
    void* tag = nullptr;
    bool good = false;
    const auto next = queue_.AsyncNext(&tag, &good, absl::ToChronoTime(until));
    if (next != grpc::CompletionQueue::TIMEOUT) return good;
    silent_ = true;
    context_.TryCancel();
    queue_.Next(&tag, &good);
    return false;
  }

  grpc::ClientContext& context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReader<WatchResponse>> reader_;
  bool begun_ = false;
  bool silent_ = false;
};

}  // namespace

FeedClient::FeedClient(std::string peer, Connect connect, ledger::Consumer& consumer,
                       const Clock& clock, FeedGate& gate, std::function<bool()> leads)
    : peer_(std::move(peer)),
      connect_(std::move(connect)),
      consumer_(consumer),
      clock_(clock),
      gate_(gate),
      leads_(std::move(leads)) {
  position_.peer = peer_;
  thread_ = std::thread([this] { Loop(); });
}

FeedClient::~FeedClient() { Stop(); }

void FeedClient::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

FeedPosition FeedClient::position() const {
  FeedPosition position;
  {
    absl::MutexLock lock(&mutex_);
    position = position_;
  }
  if (leads_()) return position;
  const absl::StatusOr<int64_t> stored = consumer_.Position();
  position.connected = stored.ok();
  position.problem = ProblemOf(stored.status());
  position.position = position.head = stored.value_or(0);
  return position;
}

void FeedClient::Loop() {
  absl::Duration pause = limits::kReconnectFirst;
  do {
    if (!leads_()) {
      pause = limits::kReconnectFirst;
      continue;
    }
    const absl::Time begun = SteadyNow();
    const absl::Status ended = Follow();
    Report(false, ended);
    const bool held = SteadyNow() - begun > limits::kReconnectMax;
    pause = held ? limits::kReconnectFirst : std::min(pause * 2, limits::kReconnectMax);
  } while (Sleep(WithJitter(pause)));
}

absl::Status FeedClient::Follow() {
  WatchRequest request;
  ASSIGN_OR_RETURN(*request.mutable_cursor(), consumer_.Cursor());
  for (const std::string& type : consumer_.types()) request.add_type_prefixes(type);
  if (channel_ == nullptr) {
    ASSIGN_OR_RETURN(channel_, connect_());
  }
  grpc::ClientContext context;
  context.AddMetadata(telemetry::kTraceHeader, telemetry::NewTrace().ToHeader());
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return absl::CancelledError("stopping");
    context_ = &context;
  }
  const auto stub = ledger::v1::FeedService::NewStub(channel_);
  Stream stream(*stub, context, request);
  std::string after = request.cursor();
  WatchResponse message;
  absl::Status applied;
  while (applied.ok() && leads_() && stream.Read(&message, patience_)) {
    patience_ = limits::kSilenceFirst;
    const ledger::FeedBatch batch = BatchOf(message, after);
    applied = Apply(batch, batch.cursor != after);
    after = batch.cursor;
  }
  const grpc::Status ended = stream.Finish();
  {
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }
  if (!applied.ok()) return applied;
  return stream.silent() ? GiveUpConnection() : FromGrpc(ended);
}

// gRPC would use the dead connection again until its own pings fail. On a line so slow that a batch
// takes longer than our patience, twice the patience gets it through.
absl::Status FeedClient::GiveUpConnection() {
  channel_.reset();
  patience_ = std::min(patience_ * 2, limits::kSilenceMax);
  return errors::Refuse(errors::Reason::kPeerUnavailable, {{"peer", peer_}});
}

absl::Status FeedClient::Apply(const ledger::FeedBatch& batch, bool moved) {
  if (moved) {
    gate_.Enter();
    const absl::Status applied = consumer_.Apply(batch, clock_.Now());
    gate_.Leave();
    RETURN_IF_ERROR(applied);
  }
  absl::MutexLock lock(&mutex_);
  position_.position = batch.position;
  position_.head = batch.head;
  position_.connected = true;
  position_.problem.clear();
  return absl::OkStatus();
}

void FeedClient::Report(bool connected, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  position_.connected = connected;
  const std::string problem = ProblemOf(status);
  // Said once, not with every attempt.
  if (problem != position_.problem && !stopping_) {
    telemetry::Log(telemetry::Severity::kWarning, "feed_broken",
                   {{"peer", peer_}, {"problem", problem}});
  }
  position_.problem = problem;
}

bool FeedClient::Sleep(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
  return !stopping_;
}

}  // namespace shian::rpc
