// What a client's stream has sent so far, and whether its end says the same. A malformed message
// looks like the stream's end, so a sender that means "that was all" says how much it sent.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "libs/base/hash.h"

namespace google::protobuf {
class Message;
}

namespace shian::rpc {

class StreamTally {
 public:
  using Message = google::protobuf::Message;
  // `items` is the repeated field that the end's count is about.
  explicit StreamTally(std::string items) : items_(std::move(items)) {}

  // True when `in` carries a `shian.common.v1.StreamEnd end`; `verdict` says whether it agrees with
  // what came.
  bool IsEnd(const Message& in, absl::Status* verdict);
  // Counts a message. Refused when it has not 1 to 500 items.
  absl::Status Add(const Message& in);

 private:
  const std::string items_;
  int64_t count_ = 0;
  Sha256Stream digest_;
};

}  // namespace shian::rpc
