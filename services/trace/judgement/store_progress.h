// How far work that is done behind the captures has come.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"

namespace shian::trace::judgement {

// The place in the order of capture that the work of this name, which a migration put there, has
// come to.
absl::StatusOr<int64_t> ProgressOf(store::ReadTx& tx, const char* name);
absl::Status SetProgress(store::WriteTx& tx, const char* name, int64_t sequence);

}  // namespace shian::trace::judgement
