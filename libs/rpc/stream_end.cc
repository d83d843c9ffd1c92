#include "libs/rpc/stream_end.h"

#include <google/protobuf/message.h>

#include "libs/errors/errors.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/limits.h"
#include "shian/common/v1/import.pb.h"

namespace shian::rpc {
namespace {

using google::protobuf::Message;

// The stream's closing message, or null.
const common::v1::StreamEnd* EndOf(const Message& message) {
  const auto* field = message.GetDescriptor()->FindFieldByName("end");
  if (field == nullptr || field->is_repeated()) return nullptr;
  if (field->message_type() != common::v1::StreamEnd::descriptor()) return nullptr;
  const auto* reflection = message.GetReflection();
  if (!reflection->HasField(message, field)) return nullptr;
  return static_cast<const common::v1::StreamEnd*>(&reflection->GetMessage(message, field));
}

}  // namespace

bool StreamTally::IsEnd(const Message& in, absl::Status* verdict) {
  const common::v1::StreamEnd* end = EndOf(in);
  if (end == nullptr) return false;
  if (RepeatedSize(in, items_.c_str()) > 0) {
    *verdict = errors::InvalidField(
        "end", {"must stand alone in the last message", "应单独位于最后一条消息"});
    return true;
  }
  const bool agrees = end->count() == count_ && end->sha256() == digest_.Finish();
  *verdict = agrees ? absl::OkStatus() : errors::Refuse(errors::Reason::kStreamMismatch);
  return true;
}

absl::Status StreamTally::Add(const Message& in) {
  const int items = RepeatedSize(in, items_.c_str());
  count_ += items;
  digest_.Update(DeterministicBytes(in));
  if (items >= 1 && items <= limits::kImportRowsMax) return absl::OkStatus();
  return errors::InvalidField(items_, {"must have 1 to 500 entries", "应有1至500条", "CHUNK_ROWS"});
}

}  // namespace shian::rpc
