#include "libs/ledger/restored.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

using store::Row;
using store::Sql;
using store::Values;

constexpr Sql kNext = {"WHERE log = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};
constexpr Sql kFollowed = {
    "SELECT origin, max(last) FROM consumer_cursor GROUP BY origin ORDER BY origin"};
constexpr Sql kRaise = {"UPDATE log_head SET epoch = $2 WHERE log = $1 AND epoch < $2"};

absl::Status Lost(Log log, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("log ", LogName(log), ": ", what));
}

// The tree's right edge: the complete subtrees from the left, each bigger than the next.
class Edge {
 public:
  void Add(std::string hash) {
    int level = 0;
    while (!subtrees_.empty() && subtrees_.back().first == level) {
      hash = HashChildren(subtrees_.back().second, hash);
      subtrees_.pop_back();
      ++level;
    }
    subtrees_.emplace_back(level, std::move(hash));
  }
  std::string Root() const {
    std::string root = subtrees_.back().second;
    for (size_t i = subtrees_.size() - 1; i-- > 0;) {
      root = HashChildren(subtrees_[i].second, root);
    }
    return root;
  }

 private:
  std::vector<std::pair<int, std::string>> subtrees_;
};

absl::Status AddEntries(store::ReadTx& tx, Log log, RebuiltLog* rebuilt) {
  Edge edge;
  for (int64_t size = 0; size < rebuilt->state.last;) {
    ASSIGN_OR_RETURN(
        const std::vector<Row> rows,
        Entries().Select(tx, kNext,
                         Values(static_cast<int64_t>(log), size, limits::kIntegratedLeavesMax)));
    if (rows.empty()) return Lost(log, absl::StrCat("entry ", size + 1, " is missing"));
    for (const Row& row : rows) {
      const Entry entry = ToEntry(row, tx.origin());
      if (entry.sequence != ++size) return Lost(log, absl::StrCat("entry ", size, " is missing"));
      edge.Add(HashLeaf(LeafBytes(entry.leaf)));
      const auto wanted = rebuilt->roots.find(size);
      if (wanted != rebuilt->roots.end()) wanted->second = edge.Root();
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCheckpoint(store::ReadTx& tx, Log log, RebuiltLog* rebuilt) {
  const int64_t size = rebuilt->state.integrated;
  if (size == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(rebuilt->note, ReadCheckpoint(tx, log));
  ASSIGN_OR_RETURN(const Checkpoint signed_root, ReadNoteUnverified(rebuilt->note));
  if (signed_root.size != size || signed_root.root != rebuilt->roots[size]) {
    return Lost(log, "the entries are not those of its latest checkpoint");
  }
  ASSIGN_OR_RETURN(const ConsistencyProof stored, ProveConsistency(tx, log, size, size));
  if (stored.root2 == signed_root.root) return absl::OkStatus();
  return Lost(log, "the stored tree is not that of its latest checkpoint");
}

}  // namespace

absl::StatusOr<RebuiltLog> RebuildLog(store::ReadTx& tx, Log log,
                                      const std::vector<int64_t>& sizes) {
  RebuiltLog rebuilt;
  ASSIGN_OR_RETURN(rebuilt.state, ReadState(tx, log));
  if (rebuilt.state.integrated > rebuilt.state.last) {
    return Lost(log, absl::StrCat("entry ", rebuilt.state.last + 1, " is missing"));
  }
  for (const int64_t size : sizes) {
    if (size >= 1 && size <= rebuilt.state.last) rebuilt.roots[size];
  }
  rebuilt.roots[rebuilt.state.integrated];
  RETURN_IF_ERROR(AddEntries(tx, log, &rebuilt));
  RETURN_IF_ERROR(CheckCheckpoint(tx, log, &rebuilt));
  return rebuilt;
}

absl::StatusOr<std::map<std::string, int64_t>> FollowedOrigins(store::ReadTx& tx) {
  std::map<std::string, int64_t> followed;
  RETURN_IF_ERROR(tx.ForEach(kFollowed, {}, [&](const Row& row) {
    followed[row.Text(0)] = row.Int(1);
    return absl::OkStatus();
  }));
  return followed;
}

absl::Status BeginEpoch(store::WriteTx& tx, int64_t epoch, const Change& first) {
  const int64_t log = static_cast<int64_t>(first.log);
  ASSIGN_OR_RETURN(const int64_t raised, tx.Execute(kRaise, Values(log, epoch)));
  if (raised != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("epoch ", epoch, " is not beyond the log's own"));
  }
  return Append(tx, first);
}

}  // namespace shian::ledger
