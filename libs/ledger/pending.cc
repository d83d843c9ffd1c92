#include "libs/ledger/pending.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/revision.h"

namespace shian::ledger {
namespace {

using store::Bytes;
using store::Row;
using store::Sql;
using store::Value;
using store::Values;

struct PendingColumn {
  enum : int {
    kShard,
    kVersion,
    kPosition,
    kLog,
    kType,
    kSubject,
    kRegion,
    kTime,
    kRecorded,
    kCause,
    kCommitment,
    kSalt,
    kPayload,
    kDigest,
  };
};

const store::FactTable& Pending() {
  static const auto* table =
      new store::FactTable("log_pending",
                           {"shard", "version", "position", "log", "type", "subject", "region",
                            "time", "recorded", "cause", "commitment", "salt", "payload"},
                           3);
  return *table;
}

constexpr Sql kMove = {
    "INSERT INTO subject_version (shard, version) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE "
    "SET version = CASE WHEN subject_version.version >= excluded.version "
    "THEN subject_version.version + 1 ELSE excluded.version END RETURNING version"};
constexpr Sql kAny = {"SELECT shard FROM log_pending LIMIT 1"};
// Taken and read in one: what an erasure emptied meanwhile comes empty.
constexpr Sql kNext = {
    "DELETE FROM log_pending WHERE (shard, version, position) IN (SELECT shard, version, position "
    "FROM log_pending WHERE log = $1 ORDER BY version, position, shard LIMIT $2) RETURNING shard, "
    "version, position, log, type, subject, region, time, recorded, cause, commitment, salt, "
    "payload, digest"};
constexpr Sql kAboutSubject = {
    "WHERE (subject = $1 OR (subject >= $2 AND subject < $3)) AND payload IS NOT NULL "
    "ORDER BY shard, version, position"};

// The place of the next entry of this write among all: never before one that the write reported
// earlier, nor before what another write about the same operator reported.
absl::StatusOr<int64_t> VersionOf(store::WriteTx& tx, const std::string& shard) {
  store::WriteTx::Versions& versions = tx.versions();
  const auto known = versions.of.find(shard);
  if (known != versions.of.end() && known->second == versions.last) return versions.last;
  const int64_t least = std::max(versions.last, ToMicros(tx.now()));
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kMove, Values(shard, least)));
  SHIAN_CHECK(row.has_value()) << "no version of " << shard;
  versions.last = row->Int(0);
  versions.of[shard] = versions.last;
  return versions.last;
}

bool InOrder(const Row& a, const Row& b) {
  const auto key = [](const Row& row) {
    return std::make_tuple(row.Int(PendingColumn::kVersion), row.Int(PendingColumn::kPosition),
                           row.Text(PendingColumn::kShard));
  };
  return key(a) < key(b);
}

std::vector<Value> EntryOf(const Row& row, int64_t epoch, int64_t sequence) {
  std::vector<Value> values = Values(row.Int(PendingColumn::kLog), sequence, epoch);
  values.insert(values.end(), row.values().begin() + PendingColumn::kType,
                row.values().begin() + PendingColumn::kDigest);
  return values;
}

}  // namespace

std::string ShardOf(absl::string_view subject) {
  const size_t kind = subject.find('/');
  if (kind == absl::string_view::npos) return std::string(subject);
  return std::string(subject.substr(0, subject.find('/', kind + 1)));
}

absl::Status AppendPending(store::WriteTx& tx, const Change& change, const std::string& salt) {
  store::WriteTx::Versions& versions = tx.versions();
  std::string shard = ShardOf(change.subject);
  int64_t version = ToMicros(tx.now());
  if (change.log == Log::kAudit) {
    shard = absl::StrCat("audit/", HexEncode(Commit(salt, "")));  // nobody else's
  } else {
    ASSIGN_OR_RETURN(version, VersionOf(tx, shard));
    if (tx.revision_memo() != nullptr) {
      *tx.revision_memo() = VersionRevision(tx.origin(), shard, version);
    }
  }
  return Pending().Add(
      tx, Values(std::move(shard), version, versions.entries++, static_cast<int64_t>(change.log),
                 change.type, change.subject, change.region, ToMicros(change.time),
                 ToMicros(tx.now()), change.cause, Bytes{Commit(salt, change.payload)}, Bytes{salt},
                 Bytes{change.payload}));
}

absl::StatusOr<int64_t> SequencePending(store::WriteTx& tx, Log log, int64_t epoch, int64_t last,
                                        int64_t count) {
  ASSIGN_OR_RETURN(std::vector<Row> rows,
                   tx.Query(kNext, Values(static_cast<int64_t>(log), count)));
  std::vector<Row> checked;
  checked.reserve(rows.size());
  for (Row& row : rows) {
    ASSIGN_OR_RETURN(Row good, Pending().Check(std::move(row)));
    checked.push_back(std::move(good));
  }
  std::sort(checked.begin(), checked.end(), InOrder);
  std::vector<std::vector<Value>> entries;
  entries.reserve(checked.size());
  for (const Row& row : checked) entries.push_back(EntryOf(row, epoch, ++last));
  RETURN_IF_ERROR(Entries().InsertAll(tx, std::move(entries)));
  return static_cast<int64_t>(checked.size());
}

absl::StatusOr<bool> HasPending(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kAny, {}));
  return row.has_value();
}

absl::StatusOr<int64_t> ErasePending(store::WriteTx& tx, absl::string_view subject) {
  const std::string name(subject);
  // Whoever writes about it meanwhile must not write from what is being erased.
  RETURN_IF_ERROR(VersionOf(tx, ShardOf(subject)).status());
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Pending().Select(tx, kAboutSubject, Values(name, name + "/", name + "0")));
  for (const Row& row : rows) {
    std::vector<Value> values = row.values();
    values[PendingColumn::kSalt] = std::monostate();
    values[PendingColumn::kPayload] = std::monostate();
    RETURN_IF_ERROR(Pending().Update(tx, std::move(values)));
  }
  return static_cast<int64_t>(rows.size());
}

}  // namespace shian::ledger
