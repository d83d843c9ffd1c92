// What the answers of this module's services share: where a trace may start, and how a lot is told.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/sighting.h"
#include "services/trace/genealogy/trace.h"
#include "shian/trace/v1/genealogy_service.pb.h"

namespace shian::trace::genealogy {

View ViewAt(const Graph& graph, absl::Time known_at);

// Where a trace starts must be the caller's business: of the registered places that a lot was seen
// at, one must lie in the caller's region. From there it goes on wherever the chain does. A lot
// seen at no registered place belongs to no region.
absl::Status RequireSeed(const rpc::Call& call, const Graph& graph, View view, store::ReadTx& tx,
                         const std::string& epc);

// The places by which that is judged, of those by what is known now and by what was known then:
// what is known now, if anything is, so that an older knowledge opens no door.
std::set<uint32_t> JudgedPlaces(std::set<uint32_t> now, std::set<uint32_t> then);
// The same of what was at some places, given by their numbers.
absl::Status RequireAnyPlace(const rpc::Call& call, const Graph& graph, store::ReadTx& tx,
                             const std::set<uint32_t>& places);

// Tells lots of one graph. The graph outlives it; a transaction is given with each lot, because an
// answer may go on after its first one.
class LotTeller {
 public:
  LotTeller(const Graph& graph, View view) : graph_(graph), view_(view), sightings_(graph, view) {}

  // Without steps.
  absl::Status Tell(store::ReadTx& tx, const ReachedLot& lot, Direction direction,
                    v1::TracedLot* to);
  // False when it was seen nowhere.
  absl::StatusOr<bool> TellLastSeen(store::ReadTx& tx, NodeId lot, v1::Sighting* to);
  // A transformation id, or the name of the process's event.
  absl::StatusOr<std::string> ProcessName(store::ReadTx& tx, ProcessId process);

 private:
  absl::StatusOr<std::string> OperatorOf(store::ReadTx& tx, const std::string& place);

  const Graph& graph_;
  const View view_;
  Sightings sightings_;
  // Few places serve many lots, and few processes many steps.
  std::map<std::string, std::string> operators_;
  std::pair<ProcessId, std::string> last_process_;
};

}  // namespace shian::trace::genealogy
