#include "services/trace/judgement/store_progress.h"

#include "libs/base/status_macros.h"

namespace shian::trace::judgement {

using store::Sql;
using store::Values;

absl::StatusOr<int64_t> ProgressOf(store::ReadTx& tx, const char* name) {
  ASSIGN_OR_RETURN(
      const auto row,
      tx.QueryOne(Sql{"SELECT last FROM judgement_progress WHERE name = $1"}, Values(name)));
  if (!row) return absl::DataLossError("judgement_progress has lost its row");
  return row->Int(0);
}

absl::Status SetProgress(store::WriteTx& tx, const char* name, int64_t sequence) {
  return tx
      .Execute(Sql{"UPDATE judgement_progress SET last = $2 WHERE name = $1"},
               Values(name, sequence))
      .status();
}

}  // namespace shian::trace::judgement
