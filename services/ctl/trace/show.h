#ifndef SHIAN_SERVICES_CTL_TRACE_SHOW_H_
#define SHIAN_SERVICES_CTL_TRACE_SHOW_H_

#include <string>
#include <vector>

#include "shian/trace/v1/event.pb.h"
#include "shian/trace/v1/lineage_service.pb.h"

namespace shian::ctl {

// A streamed trace, put together.
struct Traced {
  trace::v1::TraceDetail detail = trace::v1::TRACE_DETAIL_LOTS;
  std::vector<trace::v1::TracedLot> lots;
  std::vector<trace::v1::TraceEdge> edges;
  std::vector<trace::v1::Event> events;
  trace::v1::TraceSummary summary;
};

// For people: what was asked for, a line each, and the whole in numbers below.
std::string TraceAsTable(const Traced& traced);
// For a spreadsheet: UTF-8 with a byte order mark, and no cell that it would take for a formula.
std::string TraceAsCsv(const Traced& traced);
// For programs: {"lots": [...], "edges": [...], "events": [...], "summary": {...}}.
std::string TraceAsJson(const Traced& traced);
// For Graphviz: lots and units as boxes, processes as points between them; `dot -Tsvg` draws it.
std::string TraceAsDot(const Traced& traced);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TRACE_SHOW_H_
