// The bidirectional import: each message is a chunk that becomes one write with its own request_id;
// its verdicts go back at once. Return it from the handler:
//
//   grpc::ServerBidiReactor<In, Out>* ImportOperators(Context* context) {
//     return rpc::Import<In, Out>(edge_, context, [](const rpc::Call& call, const In& chunk)
//         -> absl::StatusOr<rpc::Body<Out>> {...});
//   }
//
// In has `string request_id`, `bool dry_run`, `repeated … rows` (1 to 500) and
// `shian.common.v1.StreamEnd end`, which stands alone in the last message: count is the sum of all
// rows, sha256 is over the deterministically serialised chunks in order, the last one left out. Out
// has `string revision`. Without the end the stream finishes with STREAM_INCOMPLETE, with another
// one with STREAM_MISMATCH; chunks that were answered stand. A wrong row is a verdict in Out; an
// error of `plan` or of its body ends the stream.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "libs/rpc/edge.h"

namespace shian::rpc {

// The part that knows no message type: gates, the running {count, sha256}, the write.
class ImportSession {
 public:
  using Message = google::protobuf::Message;
  using Done = std::function<void(absl::Status)>;
  ImportSession(Edge& edge, grpc::CallbackServerContext* context, const Message& prototype);
  ~ImportSession();

  // Whether the stream may begin (deadline, gates).
  absl::Status Begin();
  // True when `in` is the end message; `verdict` says whether it agrees with what came.
  bool IsEnd(const Message& in, absl::Status* verdict);
  // Runs one chunk; `out` is filled before `done`.
  void Chunk(const Message& in, Message* out, const Edge::Planner& planner, Done done);
  // What a stream that just stopped is told.
  absl::Status Incomplete() const;
  // The status for the wire; counts and logs the stream once.
  grpc::Status Finish(const absl::Status& status);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

template <class In, class Out, class Plan>
class ImportReactor final : public grpc::ServerBidiReactor<In, Out> {
 public:
  ImportReactor(Edge& edge, grpc::CallbackServerContext* context, Plan plan)
      : session_(edge, context, In::default_instance()), plan_(std::move(plan)) {
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
    session_.Chunk(in_, &out_, Edge::PlannerOf<Out>(&in_, plan_), [this](absl::Status status) {
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

  ImportSession session_;
  Plan plan_;
  In in_;
  Out out_;
};

template <class In, class Out, class Plan>
grpc::ServerBidiReactor<In, Out>* Import(Edge& edge, grpc::CallbackServerContext* context,
                                         Plan plan) {
  return new ImportReactor<In, Out, Plan>(edge, context, std::move(plan));
}

}  // namespace shian::rpc
