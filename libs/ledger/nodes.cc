#include "libs/ledger/nodes.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"

namespace shian::ledger {
namespace {

using store::Sql;
using store::Values;

constexpr Sql kRead = {"SELECT hash FROM log_node WHERE log = $1 AND level = $2 AND position = $3"};
constexpr Sql kPut = {"INSERT INTO log_node (log, level, position, hash) VALUES ($1, $2, $3, $4)"};

}  // namespace

absl::StatusOr<std::string> ReadNode(store::ReadTx& tx, Log log, int level, int64_t position) {
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne(kRead, Values(static_cast<int64_t>(log), level, position)));
  if (row) return row->Blob(0);
  return errors::Refuse(
      errors::Reason::kDataLoss,
      {{"table", "log_node"}, {"key", absl::StrCat(LogName(log), "/", level, "/", position)}});
}

absl::Status PutNode(store::WriteTx& tx, Log log, int level, int64_t position,
                     const std::string& hash) {
  return tx.Execute(kPut, Values(static_cast<int64_t>(log), level, position, store::Bytes{hash}))
      .status();
}

}  // namespace shian::ledger
