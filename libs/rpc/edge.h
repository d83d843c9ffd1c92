// The handler's edge: everything that is the same for every RPC happens here, once.
//
//   grpc::ServerUnaryReactor* OperatorService::GetOperator(Context* context, const Request* in,
//                                                          Response* out) {
//     return edge_.Read(context, in, out, [](const rpc::Call& call, const Request& in,
//                                            store::ReadTx& tx, Response* out) -> absl::Status
//                                            {...});
//   }
//
// The edge demands a deadline, sheds what cannot be served, reads the standard fields by
// reflection (request_id, at_least_revision, dry_run in; revision out), lets a standby answer a
// read whose caller's metadata `shian-staleness-max` ("2s") allows it, answers a repeated
// request_id with its first reply, maps errors, counts, and writes the access log.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/rpc/call.h"
#include "libs/rpc/edge_limits.h"
#include "libs/store/store.h"

namespace google::protobuf {
class Message;
}
namespace shian::auth {
class Authority;
}
namespace shian::blob {
class Blobs;
}
namespace shian::policy {
class Policies;
}
namespace shian::telemetry {
class Telemetry;
}

namespace shian::rpc {

class AuditQueue;
struct EdgeState;

// What runs in the write's transaction. It owns what it captured and may run twice. The one thing
// that it may hold by reference is the Call: the reply, which comes after the last run, keeps it.
template <class Out>
using Body = std::function<absl::StatusOr<Out>(store::WriteTx&)>;

class Edge {
 public:
  struct Parts {
    store::Store* store = nullptr;
    const Clock* clock = nullptr;
    policy::Policies* policies = nullptr;
    blob::Blobs* blobs = nullptr;  // only for a service that keeps evidence
    auth::Authority* authority = nullptr;
    telemetry::Telemetry* telemetry = nullptr;
    AuditQueue* audit = nullptr;
  };
  Edge(Parts parts, const EdgeLimits& limits = {});
  ~Edge();
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  // Learns the methods of the services by their full names, before the first call. Refused when the
  // system table lets nobody call one of them.
  absl::Status Learn(const std::vector<std::string>& services);

  // `fn(call, in, tx, out) -> absl::Status` runs in one read transaction.
  template <class In, class Out, class Fn>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const In* in, Out* out,
                                 Fn fn) {
    return ReadErased(context, in, out, Where::kInline, ReaderOf(in, out, std::move(fn)));
  }

  // `plan(call, in) -> absl::StatusOr<Body<Out>>` converts and checks without the store; the body
  // it returns runs in the write's transaction.
  template <class In, class Out, class Plan>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const In* in, Out* out,
                                  Plan plan) {
    return WriteErased(context, in, out, Where::kInline, PlannerOf<Out>(in, std::move(plan)));
  }

  // The same for a handler that asks a peer (or works long) before it reads or writes: `fn` or
  // `plan` runs on a pool, because a callback thread must never block.
  template <class In, class Out, class Fn>
  grpc::ServerUnaryReactor* ReadBlocking(grpc::CallbackServerContext* context, const In* in,
                                         Out* out, Fn fn) {
    return ReadErased(context, in, out, Where::kPool, ReaderOf(in, out, std::move(fn)));
  }
  template <class In, class Out, class Plan>
  grpc::ServerUnaryReactor* WriteBlocking(grpc::CallbackServerContext* context, const In* in,
                                          Out* out, Plan plan) {
    return WriteErased(context, in, out, Where::kPool, PlannerOf<Out>(in, std::move(plan)));
  }

  // For a handler that needs neither: `fn(call, in, out) -> absl::Status` runs on the pool, outside
  // of any transaction.
  template <class In, class Out, class Fn>
  grpc::ServerUnaryReactor* Work(grpc::CallbackServerContext* context, const In* in, Out* out,
                                 Fn fn) {
    return WorkErased(context, in, [in, out, fn = std::move(fn)](const Call& call) -> absl::Status {
      return fn(call, *in, out);
    });
  }

  const Clock& clock() const;
  store::Store& store() const;
  policy::Policies& policies() const;
  blob::Blobs& blobs() const;
  EdgeState& state() const { return *state_; }

  // The erased forms, for the streams of this library.
  enum class Where { kInline, kPool };
  using Message = google::protobuf::Message;
  using Reader = std::function<absl::Status(const Call&, store::ReadTx&)>;
  using Planner = std::function<absl::StatusOr<store::WriteFn>(const Call&)>;
  template <class Out, class In, class Plan>
  static Planner PlannerOf(const In* in, Plan plan) {
    return [in, plan = std::move(plan)](const Call& call) -> absl::StatusOr<store::WriteFn> {
      absl::StatusOr<Body<Out>> body = plan(call, *in);
      if (!body.ok()) return body.status();
      return store::WriteFn(
          [body = *std::move(body)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
            absl::StatusOr<Out> out = body(tx);
            if (!out.ok()) return out.status();
            return out->SerializeAsString();
          });
    };
  }

 private:
  template <class In, class Out, class Fn>
  static Reader ReaderOf(const In* in, Out* out, Fn fn) {
    return [in, out, fn = std::move(fn)](const Call& call, store::ReadTx& tx) -> absl::Status {
      return fn(call, *in, tx, out);
    };
  }
  grpc::ServerUnaryReactor* ReadErased(grpc::CallbackServerContext* context, const Message* in,
                                       Message* out, Where where, Reader reader);
  grpc::ServerUnaryReactor* WriteErased(grpc::CallbackServerContext* context, const Message* in,
                                        Message* out, Where where, Planner planner);
  grpc::ServerUnaryReactor* WorkErased(grpc::CallbackServerContext* context, const Message* in,
                                       std::function<absl::Status(const Call&)> work);

  std::unique_ptr<EdgeState> state_;
};

}  // namespace shian::rpc
