// Calls from one service (or tool) to another: mTLS with the server's name checked, a deadline and
// a trace on every call.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/config/config.h"

namespace shian::rpc {

// A channel to the system `peer` at `address`. The handshake fails unless the server's certificate
// carries the DNS name <peer>.shian.internal. Calls retry UNAVAILABLE only, within a budget.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const config::Tls& tls,
                                                           absl::string_view peer,
                                                           absl::string_view address);

// Sets the deadline and begins a trace.
void PrepareContext(absl::Duration timeout, grpc::ClientContext* context);

// A peer's refusal as ours: code and reason kept, so that the caller sees the article it names.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace shian::rpc
