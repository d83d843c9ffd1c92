#ifndef SHIAN_LIBS_ERRORS_PAYLOAD_H_
#define SHIAN_LIBS_ERRORS_PAYLOAD_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

// Inside this library: the payload of an absl::Status is a serialized google.rpc.Status whose
// details hold the LocalizedMessage in Chinese; English is the status's own message.
namespace shian::errors {

inline constexpr absl::string_view kDomain = "shian";

google::rpc::Status PayloadOf(const absl::Status& status);
void SetPayload(absl::Status& status, const google::rpc::Status& payload);

// The first detail of this kind, or nothing.
template <class Detail>
std::optional<Detail> Find(const google::rpc::Status& payload) {
  for (const auto& any : payload.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

// Puts `detail` in the place of the one of its kind, or at the end.
template <class Detail>
void Put(google::rpc::Status& payload, const Detail& detail) {
  for (auto& any : *payload.mutable_details()) {
    if (any.Is<Detail>()) {
      any.PackFrom(detail);
      return;
    }
  }
  payload.add_details()->PackFrom(detail);
}

// `text` cut to `max` bytes at the end of a character, and valid UTF-8 whatever it was.
std::string Cut(absl::string_view text, size_t max);

}  // namespace shian::errors

#endif  // SHIAN_LIBS_ERRORS_PAYLOAD_H_
