#include "services/trace/recall/service_open.h"

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/recall/limits.h"
#include "services/trace/recall/scope.h"
#include "services/trace/recall/store.h"

namespace shian::trace::recall {

absl::StatusOr<Recall> Open(const rpc::Call& call, store::ReadTx& tx, const std::string& id,
                            absl::Time at) {
  ASSIGN_OR_RETURN(Recall found, MustFind(tx, id, at));
  RETURN_IF_ERROR(call.RequireRegion(found.region));
  return found;
}

absl::StatusOr<Scope> ScopeAt(genealogy::LiveGraph& live, store::ReadTx& tx,
                              const std::vector<std::string>& seeds, absl::Time at) {
  Scope scope;
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    const View view = at == absl::InfiniteFuture() ? graph.Now() : graph.KnownAt(at);
    scope =
        TraceScope(graph, view, seeds, {limits::kScopeEdgesMax, absl::Now() + limits::kScopeTime});
    return absl::OkStatus();
  }));
  for (ScopeHolder& holder : scope.holders) {
    ASSIGN_OR_RETURN(holder.operator_, genealogy::OperatorAt(tx, holder.place));
  }
  return scope;
}

}  // namespace shian::trace::recall
