#include "libs/errors/payload.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "libs/base/text.h"

namespace shian::errors {
namespace {

constexpr absl::string_view kTypeUrl = "type.googleapis.com/google.rpc.Status";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

google::rpc::Status PayloadOf(const absl::Status& status) {
  google::rpc::Status payload;
  const auto bytes = status.GetPayload(kTypeUrl);
  if (!bytes || !payload.ParseFromString(std::string(*bytes))) payload.Clear();
  return payload;
}

void SetPayload(absl::Status& status, const google::rpc::Status& payload) {
  status.SetPayload(kTypeUrl, absl::Cord(payload.SerializeAsString()));
}

std::string Cut(absl::string_view text, size_t max) {
  size_t end = std::min(text.size(), max);
  while (end > 0 && end < text.size() && IsContinuation(text[end])) --end;
  text = text.substr(0, end);
  if (IsValidUtf8(text)) return std::string(text);
  // protobuf refuses strings that are no UTF-8, and an error about bad bytes must not repeat them.
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return clean;
}

}  // namespace shian::errors
