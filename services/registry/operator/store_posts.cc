// People whom imports named, for whoever looks for one of them.
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/registry/operator/store.h"
#include "services/registry/operator/store_rows.h"

namespace shian::registry {

absl::StatusOr<std::vector<OperatorPosts>> ListOperatorPosts(store::ReadTx& tx,
                                                             const std::string& after, int count) {
  static const store::FactTable payloads(
      "operator_payload", {"operator", "title", "code", "sites", "licences", "posts"}, 1);
  ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                   payloads.Select(tx, {"WHERE operator > $1 ORDER BY operator LIMIT $2"},
                                   store::Values(after, count)));
  std::vector<OperatorPosts> found;
  found.reserve(rows.size());
  for (const store::Row& row : rows) {
    found.push_back({OperatorId(row.Text(0)), PayloadOf(row, 1).posts});
  }
  return found;
}

}  // namespace shian::registry
