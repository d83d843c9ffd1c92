// Follows one peer's facts: a thread that connects, watches from the stored cursor, hands batches
// to the consumer, and comes back after every failure. It loses nothing and doubles nothing,
// because the cursor moves in the effect's transaction. A peer that is silent for several
// heartbeats is given up, and its connection with it.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/ledger/consumer.h"
#include "libs/rpc/feed_gate.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/services.h"

namespace grpc {
class ClientContext;
}

namespace shian::rpc {

class FeedClient {
 public:
  // A new connection to the peer, from the files as they are now.
  using Connect = std::function<absl::StatusOr<std::shared_ptr<grpc::Channel>>()>;

  // `consumer`, `clock` and `gate` outlive the client. Of several processes that share a store only
  // the one for which `leads` is true follows; two would do each other's work and lose nothing.
  FeedClient(std::string peer, Connect connect, ledger::Consumer& consumer, const Clock& clock,
             FeedGate& gate, std::function<bool()> leads);
  ~FeedClient();
  FeedClient(const FeedClient&) = delete;
  FeedClient& operator=(const FeedClient&) = delete;

  void Stop();
  // How far this service has come, by whichever process.
  FeedPosition position() const;
  // Whether it is this process that follows.
  bool follows() const { return leads_(); }

 private:
  void Loop();
  // One stream, until it breaks.
  absl::Status Follow();
  absl::Status GiveUpConnection();
  absl::Status Apply(const ledger::FeedBatch& batch, bool moved);
  void Report(bool connected, const absl::Status& status);
  // False when it is time to end.
  bool Sleep(absl::Duration pause);

  const std::string peer_;
  const Connect connect_;
  ledger::Consumer& consumer_;
  const Clock& clock_;
  FeedGate& gate_;
  const std::function<bool()> leads_;
  // The thread's own.
  std::shared_ptr<grpc::Channel> channel_;
  absl::Duration patience_ = limits::kSilenceFirst;
  mutable absl::Mutex mutex_;
  FeedPosition position_ ABSL_GUARDED_BY(mutex_);
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace shian::rpc
