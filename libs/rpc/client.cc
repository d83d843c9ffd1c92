#include "libs/rpc/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/authority.h"
#include "libs/base/status_macros.h"
#include "libs/errors/details.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/trace.h"

namespace shian::rpc {
namespace {

// Three attempts for UNAVAILABLE alone, and a budget: while more than one call in ten fails, there
// are no retries at all. The service config's own `timeout` must not be used: gRPC 1.51 fires it at
// the wrong time.
constexpr char kRetries[] = R"({
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 3,
      "initialBackoff": "0.05s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }],
  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
})";

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

grpc::ChannelArguments ArgumentsFor(absl::string_view peer) {
  grpc::ChannelArguments arguments;
  // The handshake checks the certificate against this name and nothing else.
  arguments.SetSslTargetNameOverride(absl::StrCat(peer, auth::kServerNameSuffix));
  arguments.SetServiceConfigJSON(kRetries);
  arguments.SetMaxReceiveMessageSize(limits::kSendBytesMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(limits::kKeepaliveTime));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(limits::kKeepaliveTimeout));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, Millis(limits::kReconnectFirst));
  // By its name a pause, by what it does the time that an attempt may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Millis(limits::kConnectTimeMax));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Millis(limits::kReconnectMax));
  // Two channels to one address must not share a connection: their server names differ.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const config::Tls& tls,
                                                           absl::string_view peer,
                                                           absl::string_view address) {
  grpc::SslCredentialsOptions options;
  ASSIGN_OR_RETURN(options.pem_root_certs, config::ReadFile(tls.ca, limits::kPemBytesMax));
  ASSIGN_OR_RETURN(options.pem_cert_chain, config::ReadFile(tls.certificate, limits::kPemBytesMax));
  ASSIGN_OR_RETURN(options.pem_private_key, config::ReadFile(tls.key, limits::kPemBytesMax));
  return grpc::CreateCustomChannel(std::string(address), grpc::SslCredentials(options),
                                   ArgumentsFor(peer));
}

void PrepareContext(absl::Duration timeout, grpc::ClientContext* context) {
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  context->AddMetadata(telemetry::kTraceHeader, telemetry::NewTrace().ToHeader());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return errors::FromStatusDetails(static_cast<absl::StatusCode>(status.error_code()),
                                   status.error_message(), status.error_details());
}

}  // namespace shian::rpc
