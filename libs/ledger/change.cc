#include "libs/ledger/change.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/pending.h"
#include "libs/store/request_table.h"

namespace shian::ledger {
namespace {

using store::Bytes;
using store::Row;
using store::Sql;
using store::Values;

// The last number is looked up, not counted in a row of its own: every write would change that row.
constexpr Sql kHead = {
    "SELECT epoch, (SELECT coalesce(max(sequence), 0) FROM log_entry WHERE log = $1) "
    "FROM log_head WHERE log = $1"};

// '0' follows '/' in every engine's byte order, so this is the subject and all below it.
constexpr Sql kAboutSubject = {
    "WHERE (subject = $1 OR (subject >= $2 AND subject < $3)) AND payload IS NOT NULL "
    "ORDER BY log, sequence"};

absl::Status CheckLength(absl::string_view field, size_t length, size_t max) {
  if (length <= max) return absl::OkStatus();
  return errors::InvalidField(
      field, {absl::StrCat("has more than ", max, " bytes"), absl::StrCat("超过", max, "字节")});
}

absl::Status CheckChange(const Change& change) {
  SHIAN_CHECK(!change.type.empty()) << "a change without a type";
  RETURN_IF_ERROR(CheckLength("type", change.type.size(), limits::kTypeBytesMax));
  RETURN_IF_ERROR(CheckLength("subject", change.subject.size(), limits::kSubjectBytesMax));
  RETURN_IF_ERROR(CheckLength("region", change.region.size(), limits::kRegionBytesMax));
  RETURN_IF_ERROR(CheckLength("cause", change.cause.size(), limits::kCauseBytesMax));
  return CheckLength("payload", change.payload.size(), limits::kPayloadBytesMax);
}

// Looked up once in a write, however many entries it appends.
absl::StatusOr<store::WriteTx::LogEnd*> EndOf(store::WriteTx& tx, int64_t log) {
  store::WriteTx::LogEnd& end = tx.log_end(log);
  if (end.epoch != 0) return &end;
  ASSIGN_OR_RETURN(const std::optional<Row> head, tx.QueryOne(kHead, Values(log)));
  SHIAN_CHECK(head.has_value()) << "no epoch of log " << log;
  end = {head->Int(0), head->Int(1)};
  return &end;
}

absl::StatusOr<Log> ParseLog(absl::string_view name) {
  for (const Log log : {Log::kFacts, Log::kPublic, Log::kAudit}) {
    if (LogName(log) == name) return log;
  }
  return absl::InvalidArgumentError("no such log");
}

}  // namespace

absl::string_view LogName(Log log) {
  switch (log) {
    case Log::kFacts:
      return "facts";
    case Log::kPublic:
      return "public";
    case Log::kAudit:
      return "audit";
  }
  return "";
}

absl::Status Append(store::WriteTx& tx, const Change& change) {
  RETURN_IF_ERROR(CheckChange(change));
  FAILPOINT("after_fact");
  if (tx.many_writers()) {
    RETURN_IF_ERROR(AppendAllPending(tx, {change}));
    FAILPOINT("after_change");
    return absl::OkStatus();
  }
  const int64_t log = static_cast<int64_t>(change.log);
  ASSIGN_OR_RETURN(store::WriteTx::LogEnd * end, EndOf(tx, log));
  const int64_t sequence = end->sequence + 1;
  const std::string salt = tx.NewSalt();
  RETURN_IF_ERROR(Entries().Insert(
      tx, Values(log, sequence, end->epoch, change.type, change.subject, change.region,
                 ToMicros(change.time), ToMicros(tx.now()), change.cause,
                 Bytes{Commit(salt, change.payload)}, Bytes{salt}, Bytes{change.payload})));
  end->sequence = sequence;
  FAILPOINT("after_change");
  return absl::OkStatus();
}

absl::Status AppendAll(store::WriteTx& tx, const std::vector<Change>& changes) {
  if (!tx.many_writers()) {
    for (const Change& change : changes) RETURN_IF_ERROR(Append(tx, change));
    return absl::OkStatus();
  }
  for (const Change& change : changes) RETURN_IF_ERROR(CheckChange(change));
  FAILPOINT("after_fact");
  RETURN_IF_ERROR(AppendAllPending(tx, changes));
  FAILPOINT("after_change");
  return absl::OkStatus();
}

absl::StatusOr<int64_t> EraseEntries(store::WriteTx& tx, absl::string_view subject) {
  const std::string name(subject);
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Entries().Select(tx, kAboutSubject, Values(name, name + "/", name + "0")));
  for (const Row& row : rows) {
    std::vector<store::Value> values = row.values();
    values[EntryColumn::kSalt] = std::monostate();
    values[EntryColumn::kPayload] = std::monostate();
    RETURN_IF_ERROR(Entries().Put(tx, std::move(values)));
  }
  int64_t erased = static_cast<int64_t>(rows.size());
  if (tx.many_writers()) {
    ASSIGN_OR_RETURN(const int64_t waiting, ErasePending(tx, subject));
    erased += waiting;
  }
  return erased;
}

absl::Status EraseSubject(store::WriteTx& tx, absl::string_view subject) {
  RETURN_IF_ERROR(EraseEntries(tx, subject).status());
  // An answer kept for a repeated request would tell what was erased.
  return store::EraseReplies(tx, subject).status();
}

std::string FormatChangeId(const ChangeId& id) {
  return absl::StrCat(id.origin, "/", LogName(id.log), "/", id.epoch, "/", id.sequence);
}

absl::StatusOr<ChangeId> ParseChangeId(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  ChangeId id;
  const bool numbers = parts.size() == 5 && absl::SimpleAtoi(parts[3], &id.epoch) &&
                       absl::SimpleAtoi(parts[4], &id.sequence);
  if (!numbers || id.epoch < 1 || id.sequence < 1) {
    return absl::InvalidArgumentError("not the id of a change");
  }
  ASSIGN_OR_RETURN(id.log, ParseLog(parts[2]));
  id.origin = absl::StrCat(parts[0], "/", parts[1]);
  return id;
}

}  // namespace shian::ledger
