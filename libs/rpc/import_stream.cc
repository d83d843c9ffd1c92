#include "libs/rpc/import_stream.h"

#include <google/protobuf/message.h>

#include "libs/errors/errors.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/stream_end.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using errors::Refuse;

}  // namespace

struct ImportSession::State {
  std::shared_ptr<Ongoing> ongoing;
  StreamTally tally{"rows"};
};

ImportSession::ImportSession(Edge& edge, grpc::CallbackServerContext* context,
                             const Message& prototype)
    : state_(std::make_unique<State>()) {
  state_->ongoing = std::make_shared<Ongoing>(edge.state(), context, prototype);
}

ImportSession::~ImportSession() = default;

absl::Status ImportSession::Begin() {
  return state_->ongoing->Enter(Ongoing::DeadlineRule::kRequired);
}

bool ImportSession::IsEnd(const Message& in, absl::Status* verdict) {
  return state_->tally.IsEnd(in, verdict);
}

void ImportSession::Chunk(const Message& in, Message* out, const Edge::Planner& planner,
                          Done done) {
  absl::Status status = state_->tally.Add(in);
  if (status.ok()) status = state_->ongoing->TakeFields(in);
  if (!status.ok()) return done(status);
  WritePlanned(state_->ongoing, &in, out, planner, std::move(done));
}

absl::Status ImportSession::Incomplete() const { return Refuse(Reason::kStreamIncomplete); }

grpc::Status ImportSession::Finish(const absl::Status& status) {
  return state_->ongoing->Finish(status);
}

}  // namespace shian::rpc
