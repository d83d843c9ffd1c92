#include "libs/ledger/pending.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/limits.h"
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

constexpr char kMoved[] =
    " ON CONFLICT (shard) DO UPDATE SET version = CASE WHEN subject_version.version >= "
    "excluded.version THEN subject_version.version + 1 ELSE excluded.version END RETURNING version";
// In the order of the index, which forgets rows that are gone: the table itself is full of them
// until it is vacuumed, and this is asked fifty times a second.
constexpr Sql kAny = {"SELECT log FROM log_pending ORDER BY log, version, position, shard LIMIT 1"};
// Taken and read in one: what an erasure emptied meanwhile comes empty.
constexpr Sql kNext = {
    "DELETE FROM log_pending WHERE (shard, version, position) IN (SELECT shard, version, position "
    "FROM log_pending WHERE log = $1 ORDER BY version, position, shard LIMIT $2) RETURNING shard, "
    "version, position, log, type, subject, region, time, recorded, cause, commitment, salt, "
    "payload, digest"};
constexpr Sql kAboutSubject = {
    "WHERE (subject = $1 OR (subject >= $2 AND subject < $3)) AND payload IS NOT NULL "
    "ORDER BY shard, version, position"};

// Moves up to kMovedTogether versions, each of another shard.
std::string MoveManyText() {
  std::string text = "INSERT INTO subject_version (shard, version) VALUES ";
  for (size_t i = 1; i <= limits::kMovedTogether; ++i) {
    absl::StrAppend(&text, i == 1 ? "" : ", ", "($", i, ", $", limits::kMovedTogether + 1, ")");
  }
  return absl::StrCat(text, kMoved, ", shard");
}

int64_t Least(const store::WriteTx& tx, int64_t last) { return std::max(last, ToMicros(tx.now())); }

// The place of the next entry of this write among all: never before one that the write reported
// earlier, nor before what another write about the same operator reported.
absl::StatusOr<int64_t> VersionOf(store::WriteTx& tx, const std::string& shard) {
  static const std::string text =
      absl::StrCat("INSERT INTO subject_version (shard, version) VALUES ($1, $2)", kMoved);
  store::WriteTx::Versions& versions = tx.versions();
  const auto known = versions.of.find(shard);
  if (known != versions.of.end() && known->second >= versions.last) {
    return versions.last = known->second;
  }
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne({text.c_str()}, Values(shard, Least(tx, versions.last))));
  SHIAN_CHECK(row.has_value()) << "no version of " << shard;
  versions.last = row->Int(0);
  versions.of[shard] = versions.last;
  return versions.last;
}

// Moves versions in whole groups, before their entries ask for them one by one.
absl::Status MoveGroups(store::WriteTx& tx, const std::vector<Change>& changes) {
  static const std::string text = MoveManyText();
  store::WriteTx::Versions& versions = tx.versions();
  std::set<std::string> shards;
  for (const Change& change : changes) {
    if (change.log != Log::kAudit) shards.insert(ShardOf(change.subject));
  }
  for (const auto& [shard, version] : versions.of) shards.erase(shard);
  // In one order for all writers, so that two do not wait for each other.
  for (auto next = shards.begin();
       std::distance(next, shards.end()) >= static_cast<ptrdiff_t>(limits::kMovedTogether);) {
    std::vector<Value> args;
    for (size_t i = 0; i < limits::kMovedTogether; ++i) args.emplace_back(*next++);
    args.emplace_back(Least(tx, versions.last));
    RETURN_IF_ERROR(tx.ForEach({text.c_str()}, std::move(args), [&](const Row& row) {
      versions.of[row.Text(1)] = row.Int(0);
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
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

absl::Status AppendAllPending(store::WriteTx& tx, const std::vector<Change>& changes) {
  RETURN_IF_ERROR(MoveGroups(tx, changes));
  store::WriteTx::Versions& versions = tx.versions();
  std::vector<std::vector<Value>> rows;
  rows.reserve(changes.size());
  for (const Change& change : changes) {
    const std::string salt = tx.NewSalt();
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
    rows.push_back(Values(std::move(shard), version, versions.entries++,
                          static_cast<int64_t>(change.log), change.type, change.subject,
                          change.region, ToMicros(change.time), ToMicros(tx.now()), change.cause,
                          Bytes{Commit(salt, change.payload)}, Bytes{salt}, Bytes{change.payload}));
  }
  return Pending().AddAll(tx, std::move(rows));
}

absl::Status GuardSubject(store::WriteTx& tx, absl::string_view subject) {
  return tx.many_writers() ? VersionOf(tx, ShardOf(subject)).status() : absl::OkStatus();
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
