#include "libs/rpc/query_stream.h"

#include <utility>

#include "libs/errors/errors.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/stream_end.h"

namespace shian::rpc {

using errors::Reason;
using errors::Refuse;

struct QuerySession::State {
  std::shared_ptr<Ongoing> ongoing;
  StreamTally tally;
  bool asked = false;
};

QuerySession::QuerySession(Edge& edge, grpc::CallbackServerContext* context,
                           const Message& prototype, std::string items)
    : state_(new State{std::make_shared<Ongoing>(edge.state(), context, prototype),
                       StreamTally(std::move(items))}) {}

QuerySession::~QuerySession() = default;

absl::Status QuerySession::Begin() {
  return state_->ongoing->Enter(Ongoing::DeadlineRule::kRequired);
}

bool QuerySession::IsEnd(const Message& in, absl::Status* verdict) {
  return state_->tally.IsEnd(in, verdict);
}

void QuerySession::Answer(const Message& in, Message* out, const Edge::Reader& reader, Done done) {
  // The first message came in as the call itself did.
  absl::Status status =
      std::exchange(state_->asked, true) ? state_->ongoing->AdmitMessage() : absl::OkStatus();
  if (status.ok()) status = state_->tally.Add(in);
  if (status.ok()) status = state_->ongoing->TakeFields(in);
  if (!status.ok()) return done(status);
  if (!state_->ongoing->ReserveAudit()) return done(Refuse(Reason::kShedInFlight));
  ReadPlanned(state_->ongoing, &in, out, reader,
              [ongoing = state_->ongoing, done = std::move(done)](const absl::Status& status) {
                ongoing->AuditRead(status);
                done(status);
              });
}

absl::Status QuerySession::Incomplete() const { return Refuse(Reason::kStreamIncomplete); }

grpc::Status QuerySession::Finish(const absl::Status& status) {
  return state_->ongoing->Finish(status);
}

}  // namespace shian::rpc
