#include "libs/rpc/import_stream.h"

#include <google/protobuf/message.h>

#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "shian/common/v1/import.pb.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using errors::Refuse;

// The chunk's closing message, or null.
const common::v1::StreamEnd* EndOf(const Message& message) {
  const auto* field = message.GetDescriptor()->FindFieldByName("end");
  if (field == nullptr || field->is_repeated()) return nullptr;
  if (field->message_type() != common::v1::StreamEnd::descriptor()) return nullptr;
  const auto* reflection = message.GetReflection();
  if (!reflection->HasField(message, field)) return nullptr;
  return static_cast<const common::v1::StreamEnd*>(&reflection->GetMessage(message, field));
}

absl::Status CheckRows(const Message& chunk) {
  const int rows = RepeatedSize(chunk, "rows");
  if (rows >= 1 && rows <= limits::kImportRowsMax) return absl::OkStatus();
  return errors::InvalidField("rows", {"must have 1 to 500 entries", "应有1至500条", "CHUNK_ROWS"});
}

}  // namespace

struct ImportSession::State {
  std::shared_ptr<Ongoing> ongoing;
  int64_t rows = 0;
  Sha256Stream digest;
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
  const common::v1::StreamEnd* end = EndOf(in);
  if (end == nullptr) return false;
  const bool agrees = end->count() == state_->rows && end->sha256() == state_->digest.Finish();
  *verdict = agrees ? absl::OkStatus() : Refuse(Reason::kStreamMismatch);
  return true;
}

void ImportSession::Chunk(const Message& in, Message* out, const Edge::Planner& planner,
                          Done done) {
  state_->rows += RepeatedSize(in, "rows");
  state_->digest.Update(DeterministicBytes(in));
  absl::Status status = CheckRows(in);
  if (status.ok()) status = state_->ongoing->TakeFields(in);
  if (!status.ok()) return done(status);
  WritePlanned(state_->ongoing, &in, out, planner, std::move(done));
}

absl::Status ImportSession::Incomplete() const { return Refuse(Reason::kStreamIncomplete); }

grpc::Status ImportSession::Finish(const absl::Status& status) {
  return state_->ongoing->Finish(status);
}

}  // namespace shian::rpc
