#include "services/trace/genealogy/spread.h"

#include <algorithm>
#include <iterator>

namespace shian::trace {

std::vector<EventIndex> Spread::EventsOf(ProcessId process) {
  std::vector<EventIndex> events;
  const auto note = [&](const Part::FlowRef& flow) {
    if (!purse_.Spend()) return;
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

template <class Fn>
void Spread::Cover(int64_t from, int64_t to, Spans* spans, Fn fn) {
  auto at = spans->upper_bound(from);
  if (at != spans->begin() && std::prev(at)->second >= from) --at;
  int64_t begin = from, end = to, next = from;
  while (at != spans->end() && at->first <= to) {
    if (next < at->first) fn(next, at->first - 1);
    next = std::max(next, at->second + 1);
    begin = std::min(begin, at->first);
    end = std::max(end, at->second);
    at = spans->erase(at);
  }
  if (next <= to) fn(next, to);
  spans->emplace(begin, end);
}

std::vector<Spread::Beside> Spread::BesideOf(ProcessId process, int64_t least) {
  std::vector<Beside> beside;
  if (rule_.window <= 0) return beside;
  bool paid = true;
  for (const EventIndex own : EventsOf(process)) {
    const EventRow& row = graph_.EventAt(own);
    const bool counts = later_ ? row.time >= least : row.time <= least;
    if (row.place == kNone || !counts) continue;
    const int64_t from = later_ ? row.time : row.time - rule_.window;
    const auto look = [&](int64_t begin, int64_t end) {
      graph_.ProcessedAt(row.place, begin, end, [&](ProcessId other, EventIndex event) {
        paid = paid && purse_.Spend();
        if (!paid) return false;
        if (other != process && graph_.Visible(event, view_)) beside.push_back({other, event});
        return true;
      });
    };
    Cover(from, from + rule_.window, &looked_at_[row.place], look);
    if (!paid) return {};
  }
  // However the graph's parts lie.
  std::sort(beside.begin(), beside.end(), [](const Beside& a, const Beside& b) {
    return a.event != b.event ? a.event < b.event : a.process < b.process;
  });
  std::erase_if(beside, [this](const Beside& each) { return Ends(each.process); });
  return purse_.stopped_by() == StoppedBy::kNothing ? beside : std::vector<Beside>();
}

}  // namespace shian::trace
