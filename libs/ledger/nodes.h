// Node rows of the trees, for this library alone.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/ledger/change.h"
#include "libs/store/store.h"

namespace shian::ledger {

absl::StatusOr<std::string> ReadNode(store::ReadTx& tx, Log log, int level, int64_t position);
absl::Status PutNode(store::WriteTx& tx, Log log, int level, int64_t position,
                     const std::string& hash);

}  // namespace shian::ledger
