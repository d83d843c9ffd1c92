#include "services/sanction/measure/convert.h"

#include <algorithm>

#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"

namespace shian::sanction::convert {
namespace {

bool AppliesTo(const policy::v1::MeasureRule& rule, absl::string_view list) {
  const auto& types = rule.list_types();
  return rule.by_default() && std::any_of(types.begin(), types.end(), [&](const auto& type) {
           return absl::string_view(type) == list;
         });
}

CatalogueItem ToItem(const policy::v1::MeasureRule& rule, const std::string& system) {
  CatalogueItem item;
  item.item = rule.id();
  item.title = rule.title_zh();
  item.system = system;
  item.department_title = rule.department_zh();
  item.basis = policy::ToBasis(rule.legal_basis());
  for (const std::string& key : {rule.acknowledge_clock(), rule.report_clock()}) {
    if (!key.empty()) item.clocks.push_back({key, ""});
  }
  return item;
}

v1::MeasureReport ToReport(const MeasureEvent& event) {
  v1::MeasureReport out;
  out.set_sequence(event.sequence);
  out.set_outcome(static_cast<v1::MeasureOutcome>(event.outcome));
  out.set_note(event.note);
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  out.set_system(event.system);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  return out;
}

}  // namespace

std::vector<CatalogueItem> ToItems(const policy::v1::MeasureCatalogue& catalogue,
                                   absl::string_view list) {
  std::vector<CatalogueItem> items;
  for (const policy::v1::MeasureRule& rule : catalogue.measures()) {
    if (!AppliesTo(rule, list)) continue;
    for (const std::string& system : rule.system_ids()) items.push_back(ToItem(rule, system));
  }
  return items;
}

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Measure* measure) {
  measure->clocks.clear();
  const MeasureEvent* acknowledged = measure->Last(MeasureAct::kAcknowledged);
  const MeasureEvent* reported = measure->Last(MeasureAct::kReported);
  for (size_t i = 0; i < measure->started.size(); ++i) {
    // The first clock is the acknowledgement's; the second runs from there to the first report.
    const bool first = i == 0;
    if (!first && acknowledged == nullptr) break;
    const absl::Time start = first ? measure->events.front().time : acknowledged->time;
    ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, measure->started[i], start));
    const MeasureEvent* end = first ? acknowledged : reported;
    if (end != nullptr) clock.done = end->time;
    measure->clocks.push_back(std::move(clock));
  }
  return absl::OkStatus();
}

v1::Measure ToProto(const Measure& measure, const MeasureView& view) {
  const MeasureEvent& ordered = measure.events.front();
  v1::Measure out;
  out.set_name(measure.name());
  out.set_etag(measure.etag());
  *out.mutable_provenance() = ToProvenance({view.origin, measure.id.value(), "", ordered.recorded});
  *out.mutable_party() = convert::ToProto(view.party, view.shown);
  out.set_entry(measure.entry_name());
  out.set_region(measure.region);
  out.set_item(measure.item);
  out.set_title(measure.title);
  out.set_system(measure.system);
  out.set_department_title(measure.department_title);
  *out.mutable_legal_basis() = convert::ToProto(measure.basis);
  out.set_state(static_cast<v1::MeasureState>(StateOf(measure, view.as_of)));
  *out.mutable_order_time() = convert::ToProto(ordered.time);
  if (const MeasureEvent* event = measure.Last(MeasureAct::kAcknowledged)) {
    *out.mutable_acknowledge_time() = convert::ToProto(event->time);
  }
  if (StateOf(measure, view.as_of) == MeasureState::kEnded) {
    *out.mutable_end_time() = convert::ToProto(measure.end);
  }
  for (const MeasureEvent& event : measure.events) {
    if (event.act == MeasureAct::kReported) *out.add_reports() = ToReport(event);
  }
  out.set_policy_revision(measure.catalogue_revision);
  for (const Clock& clock : measure.clocks) {
    *out.add_deadlines() = convert::ToProto(clock, view.locale);
  }
  return out;
}

v1::MeasureOrdered ToOrdered(const Measure& measure) {
  v1::MeasureOrdered out;
  out.set_operator_("operators/" + measure.op.value());
  out.set_measure(measure.name());
  out.set_entry(measure.entry_name());
  out.set_region(measure.region);
  out.set_system(measure.system);
  out.set_item(measure.item);
  *out.mutable_order_time() = convert::ToProto(measure.events.front().time);
  return out;
}

}  // namespace shian::sanction::convert
