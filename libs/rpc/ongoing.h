// One RPC from its arrival to its answer: what unary calls and all kinds of streams share.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/auth/authority.h"
#include "libs/ledger/change.h"
#include "libs/rpc/call.h"
#include "libs/rpc/edge.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/gates.h"
#include "libs/rpc/pool.h"
#include "libs/telemetry/metrics.h"
#include "libs/telemetry/trace.h"

namespace google::protobuf {
class Descriptor;
}

namespace shian::rpc {

// What the edge knows of one RPC. Every RPC has a request message of its own, so the request's
// descriptor names the method.
struct Method {
  std::string path;
  std::string service;
  std::string name;
  bool officer_required = false;
  bool audited = false;
  telemetry::MethodMetrics* metrics = nullptr;
};

// Metadata by which a caller of a read says how far behind the latest its answer may lie: "2s".
inline constexpr char kStalenessHeader[] = "shian-staleness-max";

struct EdgeState {
  EdgeState(Edge::Parts edge_parts, const EdgeLimits& limits);

  const Edge::Parts parts;
  InFlightGate in_flight;
  CallerGate callers;
  std::unique_ptr<Pool> pool;
  std::atomic<bool> draining{false};
  // Filled before the first call, read-only afterwards.
  absl::flat_hash_map<const google::protobuf::Descriptor*, Method> methods;
};

// What a call's transport proved or carried.
auth::Credentials CredentialsOf(const grpc::ServerContextBase& context);

class Ongoing {
 public:
  enum class DeadlineRule { kRequired, kExempt };

  // `request` is the message, or its prototype for a client stream.
  Ongoing(EdgeState& state, grpc::CallbackServerContext* context, const Message& request);
  ~Ongoing();
  Ongoing(const Ongoing&) = delete;
  Ongoing& operator=(const Ongoing&) = delete;

  // Deadline, gates, identity. After OK call() may be used; else Finish with what it says.
  absl::Status Enter(DeadlineRule rule);
  // A further message of a stream that costs as much as a call: it counts with the caller's, and a
  // process that stops takes no more.
  absl::Status AdmitMessage();
  // Reads the standard fields of one message: of the request, or of each chunk of a stream.
  absl::Status TakeFields(const Message& message);

  const Call& call() const { return *call_; }
  std::shared_ptr<const Call> shared_call() const { return call_; }
  const Method& method() const { return *method_; }
  // How far the state that answers a read may lie behind the latest.
  absl::Duration staleness_max() const { return staleness_max_; }
  EdgeState& state() { return state_; }
  // For streams, where each chunk has a request_id of its own.
  store::WriteContext ContextOf(const Message& message) const;

  // An audited read: takes its place in the queue; false when there is none.
  bool ReserveAudit();
  // Gives what was reserved its entry. Finish does; a stream that is audited message by message
  // does it after each.
  void AuditRead(const absl::Status& status);
  // An audited write: the change to append in its transaction.
  ledger::Change WriteAudit(const Message& message) const;

  // The answer's status for the wire. Counts, logs, audits. Once.
  grpc::Status Finish(const absl::Status& status);

 private:
  absl::Status TakeStaleness();
  absl::Status CheckDeadline(DeadlineRule rule);
  absl::Status CheckCaller(const auth::System& system);
  absl::Status CheckGates(const auth::System& system, DeadlineRule rule);
  void LogAccess(const absl::Status& status, absl::Duration latency) const;
  std::string Metadata(const char* name) const;

  EdgeState& state_;
  grpc::CallbackServerContext* const context_;
  const Method* method_ = nullptr;
  const absl::Time start_;
  const absl::Time begun_;  // by the clock that does not jump
  const telemetry::Trace trace_;
  absl::Time deadline_ = absl::InfiniteFuture();
  absl::Duration staleness_max_;
  Call::Parts parts_;
  std::string purpose_;
  std::shared_ptr<const Call> call_;
  bool in_flight_ = false;
  bool audit_reserved_ = false;
  bool finished_ = false;
};

// One read at the revision and as old as the caller allows, for unary calls and for each message of
// a bulk read. `in` and `out` live until `done`.
void ReadPlanned(const std::shared_ptr<Ongoing>& ongoing, const Message* in, Message* out,
                 Edge::Reader reader, std::function<void(absl::Status)> done);

// One write with its plan, its first answer or the remembered one, and its revision, for unary
// calls and for each chunk of an import. `in` and `out` live until `done`.
void WritePlanned(const std::shared_ptr<Ongoing>& ongoing, const Message* in, Message* out,
                  const Edge::Planner& planner, std::function<void(absl::Status)> done);

// The status for the wire: English message, details in `locale`, and never INTERNAL or UNKNOWN.
grpc::Status ToGrpc(const absl::Status& status, absl::string_view locale);

}  // namespace shian::rpc
