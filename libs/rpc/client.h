// Calls from one service (or tool) to another: mTLS with the server's name checked, a deadline and
// the trace on every call, and a gate that keeps the last answer for as long as policy allows.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/config/config.h"
#include "libs/rpc/call.h"

namespace shian::rpc {

// A channel to the system `peer` at `address`. The handshake fails unless the server's certificate
// carries the DNS name <peer>.shian.internal. Calls retry UNAVAILABLE only, within a budget.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const config::Tls& tls,
                                                           absl::string_view peer,
                                                           absl::string_view address);

// Sets deadline = min(call's, now + timeout) and passes the trace on.
void PrepareContext(const Call& call, absl::Duration timeout, grpc::ClientContext* context);
// The same for work that no call began.
void PrepareContext(absl::Duration timeout, grpc::ClientContext* context);

// A peer's refusal as ours: code and reason kept, so that the caller sees the article it names.
absl::Status FromGrpc(const grpc::Status& status);

// UNAVAILABLE with the reason PEER_UNAVAILABLE.
absl::Status PeerAway(absl::string_view peer);

// Remembers the last good answer per key. When the peer is away (UNAVAILABLE or DEADLINE_EXCEEDED)
// it serves for `keep` after it was given; then the gate is closed: UNAVAILABLE, never a guess.
// Blocks, so call it from ReadBlocking or WriteBlocking.
template <class Answer>
class PeerGate {
 public:
  // `keep` comes from policy.
  PeerGate(std::string peer, absl::Duration keep) : peer_(std::move(peer)), keep_(keep) {}

  absl::StatusOr<Answer> Ask(const std::string& key,
                             const std::function<absl::StatusOr<Answer>()>& ask) {
    absl::StatusOr<Answer> fresh = ask();
    absl::MutexLock lock(&mutex_);
    if (fresh.ok()) {
      if (answers_.size() >= kKeysMax) answers_.clear();
      answers_.insert_or_assign(key, Kept{*fresh, absl::Now()});
      return fresh;
    }
    if (!absl::IsUnavailable(fresh.status()) && !absl::IsDeadlineExceeded(fresh.status())) {
      return fresh;
    }
    const auto found = answers_.find(key);
    if (found == answers_.end() || absl::Now() - found->second.since > keep_) {
      return PeerAway(peer_);
    }
    return found->second.answer;
  }

 private:
  static constexpr size_t kKeysMax = 65536;
  struct Kept {
    Answer answer;
    absl::Time since;
  };

  const std::string peer_;
  const absl::Duration keep_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Kept> answers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::rpc
