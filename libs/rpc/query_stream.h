// The bidirectional bulk read: each message is a question that is answered, in its own read
// transaction, before the next one is taken, so that neither side holds more than one message.
// Return it from the handler:
//
//   grpc::ServerBidiReactor<In, Out>* ScreenStream(Context* context) {
//     return rpc::Query<In, Out>(edge_, context, "subjects", [](const rpc::Call& call, const In&
//     in,
//         store::ReadTx& tx, Out* out) -> absl::Status {...});
//   }
//
// In has a repeated field of that name (1 to 500) and `shian.common.v1.StreamEnd end`, which stands
// alone in the last message. Without it the stream finishes with STREAM_INCOMPLETE, with another
// one with STREAM_MISMATCH; what was answered stands. An error of `fn` ends the stream. Each
// message counts as a call of its caller, and a process that stops takes no further one: what is
// read can be asked again elsewhere. An audited method leaves one audit entry a message.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "libs/rpc/edge.h"

namespace shian::rpc {

// The part that knows no message type.
class QuerySession {
 public:
  using Message = google::protobuf::Message;
  using Done = std::function<void(absl::Status)>;
  QuerySession(Edge& edge, grpc::CallbackServerContext* context, const Message& prototype,
               std::string items);
  ~QuerySession();

  absl::Status Begin();
  bool IsEnd(const Message& in, absl::Status* verdict);
  // Answers one message; `out` is filled before `done`.
  void Answer(const Message& in, Message* out, const Edge::Reader& reader, Done done);
  absl::Status Incomplete() const;
  // The status for the wire; counts and logs the stream once.
  grpc::Status Finish(const absl::Status& status);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

template <class In, class Out, class Fn>
class QueryReactor final : public grpc::ServerBidiReactor<In, Out> {
 public:
  QueryReactor(Edge& edge, grpc::CallbackServerContext* context, std::string items, Fn fn)
      : session_(edge, context, In::default_instance(), std::move(items)), fn_(std::move(fn)) {
    if (const absl::Status begun = session_.Begin(); !begun.ok()) {
      End(begun);
    } else {
      this->StartRead(&in_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(session_.Incomplete());
    absl::Status verdict;
    if (session_.IsEnd(in_, &verdict)) return End(verdict);
    const auto reader = [this](const Call& call, store::ReadTx& tx) -> absl::Status {
      return fn_(call, in_, tx, &out_);
    };
    session_.Answer(in_, &out_, reader, [this](const absl::Status& status) {
      if (!status.ok()) return End(status);
      this->StartWrite(&out_);
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(session_.Incomplete());
    in_.Clear();
    out_.Clear();
    this->StartRead(&in_);
  }

  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status) { this->Finish(session_.Finish(status)); }

  QuerySession session_;
  Fn fn_;
  In in_;
  Out out_;
};

template <class In, class Out, class Fn>
grpc::ServerBidiReactor<In, Out>* Query(Edge& edge, grpc::CallbackServerContext* context,
                                        std::string items, Fn fn) {
  return new QueryReactor<In, Out, Fn>(edge, context, std::move(items), std::move(fn));
}

}  // namespace shian::rpc
