#include "libs/rpc/convert.h"

#include "libs/base/time.h"
#include "libs/errors/errors.h"

namespace shian::rpc {

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return out;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

ledger::v1::Log ToProto(ledger::Log log) {
  switch (log) {
    case ledger::Log::kFacts:
      return ledger::v1::LOG_FACTS;
    case ledger::Log::kPublic:
      return ledger::v1::LOG_PUBLIC;
    case ledger::Log::kAudit:
      return ledger::v1::LOG_AUDIT;
  }
  return ledger::v1::LOG_UNSPECIFIED;
}

absl::StatusOr<ledger::Log> FromProto(ledger::v1::Log log) {
  switch (log) {
    case ledger::v1::LOG_FACTS:
      return ledger::Log::kFacts;
    case ledger::v1::LOG_PUBLIC:
      return ledger::Log::kPublic;
    case ledger::v1::LOG_AUDIT:
      return ledger::Log::kAudit;
    default:
      return errors::InvalidField("log", {"must be one of the three logs", "应为三种日志之一"});
  }
}

ledger::v1::Entry ToProto(const ledger::Entry& entry) {
  ledger::v1::Entry out;
  out.set_id(entry.id);
  out.set_sequence(entry.sequence);
  ledger::v1::Leaf& leaf = *out.mutable_leaf();
  leaf.set_origin(entry.leaf.origin);
  leaf.set_log(ToProto(entry.leaf.log));
  leaf.set_epoch(entry.leaf.epoch);
  leaf.set_type(entry.leaf.type);
  leaf.set_subject(entry.leaf.subject);
  leaf.set_region(entry.leaf.region);
  *leaf.mutable_time() = ToProto(entry.leaf.time);
  leaf.set_cause(entry.leaf.cause);
  leaf.set_commitment(entry.leaf.commitment);
  *out.mutable_record_time() = ToProto(entry.recorded);
  out.set_salt(entry.salt);
  out.set_payload(entry.payload);
  out.set_erased(entry.erased);
  return out;
}

ledger::v1::Fact ToProto(const ledger::FeedEntry& entry) {
  const ledger::ReceivedChange& change = entry.change;
  ledger::v1::Fact out;
  ledger::v1::Entry& made = *out.mutable_entry();
  made.set_id(change.id);
  made.set_sequence(change.sequence);
  ledger::v1::Leaf& leaf = *made.mutable_leaf();
  leaf.set_origin(change.origin);
  leaf.set_log(ledger::v1::LOG_FACTS);
  leaf.set_type(change.type);
  leaf.set_subject(change.subject);
  leaf.set_region(change.region);
  *leaf.mutable_time() = ToProto(change.time);
  leaf.set_cause(change.cause);
  leaf.set_commitment(entry.commitment);
  const auto id = ledger::ParseChangeId(change.id);
  if (id.ok()) leaf.set_epoch(id->epoch);
  *made.mutable_record_time() = ToProto(change.recorded);
  made.set_salt(entry.salt);
  made.set_payload(change.payload);
  made.set_erased(entry.erased);
  out.set_cursor(entry.cursor);
  return out;
}

ledger::FeedBatch FromProto(const ledger::v1::FactBatch& batch) {
  ledger::FeedBatch out;
  out.after = batch.after_cursor();
  out.cursor = batch.cursor();
  out.position = batch.position();
  out.head = batch.head_sequence();
  for (const ledger::v1::Fact& fact : batch.facts()) {
    const ledger::v1::Entry& entry = fact.entry();
    ledger::FeedEntry& made = out.entries.emplace_back();
    made.change = {.id = entry.id(),
                   .origin = entry.leaf().origin(),
                   .type = entry.leaf().type(),
                   .subject = entry.leaf().subject(),
                   .region = entry.leaf().region(),
                   .payload = entry.payload(),
                   .cause = entry.leaf().cause(),
                   .time = FromProto(entry.leaf().time()),
                   .recorded = FromProto(entry.record_time()),
                   .sequence = entry.sequence()};
    made.commitment = entry.leaf().commitment();
    made.salt = entry.salt();
    made.erased = entry.erased();
    made.cursor = fact.cursor();
  }
  return out;
}

}  // namespace shian::rpc
