// Between the log's structs and shian.ledger.v1.
#pragma once

#include "absl/status/statusor.h"
#include "libs/ledger/consumer.h"
#include "libs/ledger/log_reader.h"
#include "shian/ledger/v1/feed_service.pb.h"
#include "shian/ledger/v1/log.pb.h"

namespace shian::rpc {

google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& time);

ledger::v1::Log ToProto(ledger::Log log);
// INVALID_ARGUMENT for LOG_UNSPECIFIED and what this version does not know.
absl::StatusOr<ledger::Log> FromProto(ledger::v1::Log log);

ledger::v1::Entry ToProto(const ledger::Entry& entry);
ledger::v1::Fact ToProto(const ledger::FeedEntry& entry);
ledger::FeedBatch FromProto(const ledger::v1::FactBatch& batch);

}  // namespace shian::rpc
