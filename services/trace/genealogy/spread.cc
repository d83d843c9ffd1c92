#include "services/trace/genealogy/spread.h"

#include <algorithm>

namespace shian::trace {

std::vector<EventIndex> Spread::EventsOf(ProcessId process) const {
  std::vector<EventIndex> events;
  const auto note = [&](const Part::FlowRef& flow) {
    if (events.empty() || events.back() != flow.event()) events.push_back(flow.event());
  };
  graph_.InputsOf(process, view_, note);
  graph_.OutputsOf(process, view_, note);
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

bool Spread::Ends(ProcessId process) {
  if (rule_.kill_steps.empty()) return false;
  const auto [at, added] = ends_.try_emplace(process, false);
  if (!added) return at->second;
  const std::vector<EventIndex> events = EventsOf(process);
  at->second = std::any_of(events.begin(), events.end(), [this](EventIndex event) {
    return std::binary_search(rule_.kill_steps.begin(), rule_.kill_steps.end(),
                              graph_.EventAt(event).step);
  });
  return at->second;
}

std::vector<Spread::Beside> Spread::BesideOf(ProcessId process, bool later, int64_t least,
                                             Purse* purse) {
  std::vector<Beside> beside;
  if (rule_.window <= 0) return beside;
  bool paid = true;
  for (const EventIndex own : EventsOf(process)) {
    const EventRow& row = graph_.EventAt(own);
    const bool counts = later ? row.time >= least : row.time <= least;
    if (row.place == kNone || !counts) continue;
    const int64_t from = later ? row.time : row.time - rule_.window;
    graph_.ProcessedAt(row.place, from, from + rule_.window, view_,
                       [&](ProcessId other, EventIndex event) {
                         paid = paid && purse->Spend();
                         if (paid && other != process) beside.push_back({other, event});
                         return paid;
                       });
  }
  if (!paid) return {};
  // However the graph's parts lie, and however often one was met.
  std::sort(beside.begin(), beside.end(), [](const Beside& a, const Beside& b) {
    return a.event != b.event ? a.event < b.event : a.process < b.process;
  });
  const auto same = [](const Beside& a, const Beside& b) {
    return a.event == b.event && a.process == b.process;
  };
  beside.erase(std::unique(beside.begin(), beside.end(), same), beside.end());
  std::erase_if(beside, [this](const Beside& each) { return Ends(each.process); });
  return beside;
}

}  // namespace shian::trace
