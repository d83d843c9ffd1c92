#include "services/trace/genealogy/service_lots.h"

#include <algorithm>
#include <set>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/convert.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/store.h"

namespace shian::trace::genealogy {

View ViewAt(const Graph& graph, absl::Time known_at) {
  return known_at == absl::InfiniteFuture() ? graph.Now() : graph.KnownAt(known_at);
}

std::set<uint32_t> JudgedPlaces(std::set<uint32_t> now, std::set<uint32_t> then) {
  return now.empty() ? then : now;
}

absl::Status RequireSeed(const rpc::Call& call, const Graph& graph, View view, store::ReadTx& tx,
                         const std::string& epc) {
  call.NoteResource(epc);
  const NodeId lot = graph.Find(epc);
  if (lot == kNone) return absl::OkStatus();
  const auto places_at = [&](View at) {
    std::set<uint32_t> places;
    for (const Seen& seen : SightingsOf(graph, at, lot)) places.insert(seen.place);
    return places;
  };
  return RequireAnyPlace(call, graph, tx, JudgedPlaces(places_at(graph.Now()), places_at(view)));
}

absl::Status RequireAnyPlace(const rpc::Call& call, const Graph& graph, store::ReadTx& tx,
                             const std::set<uint32_t>& places) {
  absl::Status refused;
  for (const uint32_t place : places) {
    ASSIGN_OR_RETURN(const std::string region, RegionAt(tx, graph.PlaceName(place)));
    if (region.empty()) continue;
    const absl::Status status = call.RequireRegion(region);
    if (status.ok()) return status;
    refused.Update(status);
  }
  return refused;
}

absl::Status LotTeller::Tell(store::ReadTx& tx, const ReachedLot& lot, Direction direction,
                             v1::TracedLot* to) {
  to->set_epc(graph_.NameOf(lot.lot));
  to->set_kind(capture::ToProto(graph_.KindOf(lot.lot)));
  to->set_direction(ToProto(direction));
  to->set_depth(lot.depth);
  to->set_dangling(IsDangling(graph_, view_, lot.lot));
  ASSIGN_OR_RETURN(const bool seen, TellLastSeen(tx, lot.lot, to->mutable_last_seen()));
  if (!seen) to->clear_last_seen();
  return absl::OkStatus();
}

absl::StatusOr<bool> LotTeller::TellLastSeen(store::ReadTx& tx, NodeId lot, v1::Sighting* to) {
  const std::vector<Seen> seen = sightings_.Of(lot);
  if (seen.empty()) return false;
  to->set_place(graph_.PlaceName(seen.back().place));
  ASSIGN_OR_RETURN(*to->mutable_operator_(), OperatorOf(tx, to->place()));
  const auto there = [&](const Seen& each) { return each.place == seen.back().place; };
  const auto first = std::find_if(seen.begin(), seen.end(), there);
  *to->mutable_first_time() = rpc::ToProto(FromMicros(first->time));
  *to->mutable_last_time() = rpc::ToProto(FromMicros(seen.back().time));
  return true;
}

absl::StatusOr<std::string> LotTeller::OperatorOf(store::ReadTx& tx, const std::string& place) {
  const auto known = operators_.find(place);
  if (known != operators_.end()) return known->second;
  ASSIGN_OR_RETURN(const std::string found, OperatorAt(tx, place));
  return operators_.emplace(place, found).first->second;
}

absl::StatusOr<std::string> LotTeller::ProcessName(store::ReadTx& tx, ProcessId process) {
  if (last_process_.first == process) return last_process_.second;
  std::string name = graph_.TransformationOf(process);
  if (name.empty()) {
    ASSIGN_OR_RETURN(name, capture::NameOfEvent(tx, graph_.EventOf(process)));
  }
  last_process_ = {process, name};
  return name;
}

}  // namespace shian::trace::genealogy
