// shian.ledger.v1.FeedService: facts pushed to whoever watches, within milliseconds of their
// commit.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>

#include "libs/rpc/edge.h"

namespace shian::rpc {

// One thread wakes the watchers that have caught up; a watcher that is behind goes on by itself as
// its messages leave. Nothing is kept per watcher but a cursor: what it has not taken is read
// again.
class FeedHub {
 public:
  // `service` is the name that grants use, such as "sanction".
  FeedHub(Edge& edge, std::string service);
  ~FeedHub();
  FeedHub(const FeedHub&) = delete;
  FeedHub& operator=(const FeedHub&) = delete;

  grpc::Service* service();
  // Ends every stream with UNAVAILABLE / SERVER_STOPPING; watchers resume elsewhere or later.
  void Stop();

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace shian::rpc
