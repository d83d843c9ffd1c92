// What the handlers of recalls share.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/recall/recall.h"

namespace shian::trace::recall {

// The recall as last recorded by `at`, if the caller's region covers it.
absl::StatusOr<Recall> Open(const rpc::Call& call, store::ReadTx& tx, const std::string& id,
                            absl::Time at = absl::InfiniteFuture());

// The forward trace from a recall's seeds at what `tx` sees, as known at `at`; holders with their
// operators of today.
absl::StatusOr<Scope> ScopeAt(genealogy::LiveGraph& live, store::ReadTx& tx,
                              const std::vector<std::string>& seeds,
                              absl::Time at = absl::InfiniteFuture());

}  // namespace shian::trace::recall
