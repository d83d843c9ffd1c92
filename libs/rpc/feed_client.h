// Follows one peer's facts: a thread that connects, watches from the stored cursor, hands batches
// to the consumer, and comes back after every failure. It loses nothing and doubles nothing,
// because the cursor moves in the effect's transaction.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/clock.h"
#include "libs/ledger/consumer.h"
#include "libs/rpc/feed_gate.h"
#include "libs/rpc/services.h"

namespace grpc {
class ClientContext;
}

namespace shian::rpc {

class FeedClient {
 public:
  // `consumer`, `clock` and `gate` outlive the client.
  FeedClient(std::string peer, std::shared_ptr<grpc::Channel> channel, ledger::Consumer& consumer,
             const Clock& clock, FeedGate& gate);
  ~FeedClient();
  FeedClient(const FeedClient&) = delete;
  FeedClient& operator=(const FeedClient&) = delete;

  void Stop();
  FeedPosition position() const;

 private:
  void Loop();
  // One stream, until it breaks.
  absl::Status Follow();
  absl::Status Apply(const ledger::FeedBatch& batch, bool moved);
  void Report(bool connected, const absl::Status& status);
  // False when it is time to end.
  bool Sleep(absl::Duration pause);

  const std::string peer_;
  const std::shared_ptr<grpc::Channel> channel_;
  ledger::Consumer& consumer_;
  const Clock& clock_;
  FeedGate& gate_;
  mutable absl::Mutex mutex_;
  FeedPosition position_ ABSL_GUARDED_BY(mutex_);
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace shian::rpc
