#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::store {

// The first answer to this caller's request_id, if it succeeded before. The same id with another
// body is refused with REQUEST_ID_REUSED.
struct FirstReply {
  std::string reply;
  absl::Time at;  // as it was kept
};
absl::StatusOr<std::optional<FirstReply>> FindReply(ReadTx& tx, const WriteContext& context);

// Keeps the reply for as long as a caller may repeat its request. `at` is real time.
absl::Status KeepReply(WriteTx& tx, const WriteContext& context, const std::string& reply,
                       absl::Time at);

// The same as a statement that is posted: it fails when the request's row is there, instead of
// changing nothing.
inline constexpr Sql kKeepReply = {
    "INSERT INTO request (caller, request_id, body_digest, reply, recorded, digest) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
std::vector<Value> ReplyRow(const WriteContext& context, const std::string& reply, absl::Time at);

// The caller under which an engine keeps that a piece of the service's own work was done, for as
// long as it may ask (limits::kOwnWritesKept).
inline constexpr char kOwnWork[] = "";

// Writes the row again as it is, so that a commit waits for whatever its first one waits for.
absl::Status TouchReply(WriteTx& tx, const WriteContext& context);

// Removes replies older than limits::kRequestsKept, a bounded number at a time.
absl::StatusOr<int64_t> PruneReplies(WriteTx& tx, absl::Time now);

// 依法删除: empties every kept reply in which `text` stands. A repeated request still has its one
// effect; its answer has become empty.
absl::StatusOr<int64_t> EraseReplies(WriteTx& tx, absl::string_view text);

}  // namespace shian::store
