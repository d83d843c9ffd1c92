// Where operators stand, and who stands where the graph says that something was.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::judgement {

// The GLNs of the operator's registered places, one of which must lie in the caller's division,
// else PERMISSION_DENIED. NOT_FOUND when there is none.
absl::StatusOr<std::set<std::string>> OpenOperator(const rpc::Call& call, store::ReadTx& tx,
                                                   const std::string& name);

struct Whereabouts {
  std::string operator_, place, region;
};

// The registered places of one graph; each is looked up once.
class Registered {
 public:
  // `graph` and `tx` outlive it.
  Registered(const Graph& graph, store::ReadTx& tx) : graph_(graph), tx_(tx) {}
  // Of Graph::PlaceName, or kNone. Without an operator when nobody registered it.
  absl::StatusOr<Whereabouts> At(uint32_t place);

 private:
  const Graph& graph_;
  store::ReadTx& tx_;
  absl::flat_hash_map<uint32_t, Whereabouts> known_;
};

}  // namespace shian::trace::judgement
