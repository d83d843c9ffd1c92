#include "libs/ledger/log_reader.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/tiles.h"
#include "libs/ledger/tree.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

using store::ReadTx;
using store::Row;
using store::Sql;
using store::Values;

constexpr Sql kHead = {
    "SELECT epoch, (SELECT coalesce(max(sequence), 0) FROM log_entry WHERE log = $1) "
    "FROM log_head WHERE log = $1"};
constexpr Sql kLatestCheckpoint = {"WHERE log = $1 ORDER BY size DESC LIMIT 1"};
constexpr Sql kCheckpointFrom = {"WHERE log = $1 AND size >= $2 ORDER BY size LIMIT 1"};
constexpr Sql kCheckpointKnown = {
    "WHERE log = $1 AND recorded <= $2 ORDER BY recorded DESC, size DESC LIMIT 1"};
constexpr Sql kEntriesAfter = {
    "WHERE log = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4"};
constexpr Sql kEntriesAbout = {
    "WHERE subject = $5 AND log = $1 AND sequence > $2 AND sequence <= $3 "
    "ORDER BY sequence LIMIT $4"};
constexpr Sql kAudit = {
    "WHERE log = $1 AND sequence > $2 AND sequence <= $3 AND time >= $5 AND time < $6 "
    "AND ($7 = '' OR subject = $7) AND substr(type, 1, length($8)) = $8 "
    "ORDER BY sequence LIMIT $4"};

int64_t Number(Log log) { return static_cast<int64_t>(log); }

std::vector<Entry> ToEntries(const std::vector<Row>& rows, const std::string& origin) {
  std::vector<Entry> entries;
  entries.reserve(rows.size());
  for (const Row& row : rows) entries.push_back(ToEntry(row, origin));
  return entries;
}

absl::StatusOr<std::optional<Row>> FirstCheckpoint(ReadTx& tx, const Sql& tail,
                                                   std::vector<store::Value> args) {
  ASSIGN_OR_RETURN(std::vector<Row> rows, Checkpoints().Select(tx, tail, std::move(args)));
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

absl::Status OutOfRange(const LogState& state) {
  return errors::Refuse(errors::Reason::kProofOutOfRange,
                        {{"size", absl::StrCat(state.integrated)}});
}

// A node that changed on the disk would make a proof that fails at its reader; better found here.
absl::Status DamagedTree(Log log, const absl::Status& why) {
  return errors::Refuse(errors::Reason::kDataLoss,
                        {{"table", "log_tile"}, {"key", std::string(LogName(log))}});
}

}  // namespace

absl::StatusOr<LogState> ReadState(ReadTx& tx, Log log) {
  LogState state;
  ASSIGN_OR_RETURN(const auto head, tx.QueryOne(kHead, Values(Number(log))));
  if (head) {
    state.epoch = head->Int(0);
    state.last = head->Int(1);
  }
  state.name = LogOrigin(tx.origin(), log, state.epoch);
  ASSIGN_OR_RETURN(const auto latest, FirstCheckpoint(tx, kLatestCheckpoint, Values(Number(log))));
  if (latest) {
    state.integrated = latest->Int(CheckpointColumn::kSize);
    state.checkpointed = FromMicros(latest->Int(CheckpointColumn::kRecorded));
  }
  return state;
}

absl::StatusOr<std::optional<Entry>> ReadEntry(ReadTx& tx, Log log, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto row, Entries().Find(tx, Values(Number(log), sequence)));
  if (!row) return std::optional<Entry>();
  return std::optional<Entry>(ToEntry(*row, tx.origin()));
}

absl::StatusOr<std::vector<Entry>> ReadLeaves(ReadTx& tx, int64_t after, int count,
                                              absl::string_view subject) {
  ASSIGN_OR_RETURN(const LogState state, ReadState(tx, Log::kPublic));
  std::vector<store::Value> args = Values(Number(Log::kPublic), after, state.integrated,
                                          std::min(count, limits::kLeavesPageMax));
  if (!subject.empty()) args.push_back(std::string(subject));
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      Entries().Select(tx, subject.empty() ? kEntriesAfter : kEntriesAbout, std::move(args)));
  return ToEntries(rows, tx.origin());
}

absl::StatusOr<std::string> ReadCheckpoint(ReadTx& tx, Log log, int64_t size) {
  ASSIGN_OR_RETURN(const auto row,
                   size == 0 ? FirstCheckpoint(tx, kLatestCheckpoint, Values(Number(log)))
                             : FirstCheckpoint(tx, kCheckpointFrom, Values(Number(log), size)));
  if (row) return row->Text(CheckpointColumn::kNote);
  return errors::NotFound(absl::StrCat(tx.origin(), "/", LogName(log), "/checkpoints/", size));
}

absl::StatusOr<InclusionProof> ProveInclusion(ReadTx& tx, Log log, int64_t index, int64_t size) {
  ASSIGN_OR_RETURN(const LogState state, ReadState(tx, log));
  if (index < 0 || index >= size || size > state.integrated) return OutOfRange(state);
  TileReader tiles(tx, log);
  const auto node = [&](int level, int64_t position) { return tiles.Node(level, position); };
  InclusionProof proof;
  ASSIGN_OR_RETURN(proof.leaf_hash, node(0, index));
  ASSIGN_OR_RETURN(proof.hashes, InclusionPath(index, size, node));
  ASSIGN_OR_RETURN(proof.root, TreeRoot(size, node));
  const absl::Status verified =
      VerifyInclusion(index, size, proof.leaf_hash, proof.hashes, proof.root);
  if (!verified.ok()) return DamagedTree(log, verified);
  return proof;
}

absl::StatusOr<ConsistencyProof> ProveConsistency(ReadTx& tx, Log log, int64_t size1,
                                                  int64_t size2) {
  ASSIGN_OR_RETURN(const LogState state, ReadState(tx, log));
  if (size1 < 1 || size1 > size2 || size2 > state.integrated) return OutOfRange(state);
  TileReader tiles(tx, log);
  const auto node = [&](int level, int64_t position) { return tiles.Node(level, position); };
  ConsistencyProof proof;
  ASSIGN_OR_RETURN(proof.hashes, ConsistencyPath(size1, size2, node));
  ASSIGN_OR_RETURN(proof.root1, TreeRoot(size1, node));
  ASSIGN_OR_RETURN(proof.root2, TreeRoot(size2, node));
  const absl::Status verified =
      VerifyConsistency(size1, size2, proof.hashes, proof.root1, proof.root2);
  if (!verified.ok()) return DamagedTree(log, verified);
  return proof;
}

absl::StatusOr<int64_t> SizeKnownAt(ReadTx& tx, Log log, absl::Time time) {
  ASSIGN_OR_RETURN(const auto row,
                   FirstCheckpoint(tx, kCheckpointKnown, Values(Number(log), ToMicros(time))));
  return row ? row->Int(CheckpointColumn::kSize) : int64_t{0};
}

absl::StatusOr<std::vector<Entry>> ReadAudit(ReadTx& tx, const AuditQuery& query) {
  const int64_t last = query.last > 0 ? query.last : std::numeric_limits<int64_t>::max();
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      Entries().Select(tx, kAudit,
                       Values(Number(Log::kAudit), query.after, last,
                              std::min(query.count, limits::kAuditPageMax), ToMicros(query.from),
                              ToMicros(query.until), query.subject, query.type_prefix)));
  return ToEntries(rows, tx.origin());
}

}  // namespace shian::ledger
