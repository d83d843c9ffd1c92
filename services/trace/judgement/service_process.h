// The process that a question of this module is about.
#pragma once

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/evidence.h"

namespace shian::trace::judgement {

// Its events in the view, at least one, if one of its registered places is the caller's business.
absl::StatusOr<Evidence> OpenProcess(const rpc::Call& call, const Graph& graph, View view,
                                     store::ReadTx& tx, const ProcessName& process);

}  // namespace shian::trace::judgement
