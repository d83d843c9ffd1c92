#include "services/trace/judgement/service_process.h"

#include <string>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"

namespace shian::trace::judgement {

absl::StatusOr<Evidence> OpenProcess(const rpc::Call& call, const Graph& graph, View view,
                                     store::ReadTx& tx, const ProcessName& process) {
  std::string transformation = process.transformation;
  Evidence events, now;
  if (!process.event.empty()) {
    ASSIGN_OR_RETURN(const auto stored, capture::FindEvent(tx, process.event, ""));
    if (!stored) return errors::NotFound(process.name());
    if (stored->event.type != EventType::kTransformation) {
      return errors::InvalidField("process",
                                  {"is no transformation event", "不是转化事件", "NOT_A_PROCESS"});
    }
    transformation = stored->event.transformation_id;
    now = {static_cast<EventIndex>(stored->sequence)};
    if (graph.Visible(now.front(), view)) events = now;
  }
  if (!transformation.empty()) {
    const ProcessId found = FindProcess(graph, transformation);
    if (found == kNone) return errors::NotFound(process.name());
    events = EventsOfProcess(graph, view, found);
    now = EventsOfProcess(graph, graph.Now(), found);
  }
  call.NoteResource(process.name());
  RETURN_IF_ERROR(genealogy::RequireAnyPlace(
      call, graph, tx,
      genealogy::JudgedPlaces(PlacesNamedBy(graph, now), PlacesNamedBy(graph, events))));
  return events.empty() ? errors::NotFound(process.name()) : absl::StatusOr<Evidence>(events);
}

}  // namespace shian::trace::judgement
