// Who stands where the graph says that something was.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::judgement {

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
