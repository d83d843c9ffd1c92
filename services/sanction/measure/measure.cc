#include "services/sanction/measure/measure.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::sanction {

using errors::Reason;
using errors::Refuse;

std::string Measure::etag() const { return absl::StrCat("e", events.size()); }

const MeasureEvent* Measure::Last(MeasureAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const MeasureEvent& event) { return event.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

Measure OrderOf(const Entry& entry, const CatalogueItem& item, std::string catalogue_revision,
                std::string id, absl::Time now) {
  Measure measure;
  measure.op = entry.op;
  measure.id = MeasureId(std::move(id));
  measure.entry = entry.id;
  measure.region = entry.region;
  measure.item = item.item;
  measure.title = item.title;
  measure.system = item.system;
  measure.department_title = item.department_title;
  measure.basis = item.basis;
  measure.catalogue_revision = std::move(catalogue_revision);
  measure.started = item.clocks;
  MeasureEvent ordered;
  ordered.sequence = 1;
  ordered.time = now;
  ordered.recorded = now;
  measure.events.push_back(std::move(ordered));
  return measure;
}

MeasureState StateOf(const Measure& measure, absl::Time as_of) {
  if (measure.annulled || as_of >= measure.end) return MeasureState::kEnded;
  if (measure.Last(MeasureAct::kReported) != nullptr) return MeasureState::kReported;
  return measure.Last(MeasureAct::kAcknowledged) != nullptr ? MeasureState::kAcknowledged
                                                            : MeasureState::kOrdered;
}

std::optional<Measure> AsOf(Measure measure, absl::Time as_of, absl::Time known_at) {
  std::erase_if(measure.events, [&](const MeasureEvent& event) {
    return event.time > as_of || event.recorded > known_at;
  });
  if (measure.events.empty()) return std::nullopt;
  return measure;
}

absl::Status CheckDepartment(const Measure& measure, absl::string_view caller) {
  return absl::string_view(measure.system) == caller
             ? absl::OkStatus()
             : Refuse(Reason::kNotYourMeasure, {}, measure.basis);
}

absl::Status CheckAcknowledge(const Measure& measure, absl::Time now) {
  if (now >= measure.end) return Refuse(Reason::kMeasureEnded, {}, measure.basis);
  return measure.Last(MeasureAct::kAcknowledged) != nullptr
             ? Refuse(Reason::kMeasureAlreadyAcknowledged, {}, measure.basis)
             : absl::OkStatus();
}

absl::Status CheckReport(const Measure& measure, Outcome outcome, absl::Time time, absl::Time now) {
  if (measure.Last(MeasureAct::kAcknowledged) == nullptr) {
    return Refuse(Reason::kMeasureNotAcknowledged, {}, measure.basis);
  }
  if (now >= measure.end && outcome != Outcome::kLifted) {
    return Refuse(Reason::kMeasureEnded, {}, measure.basis);
  }
  if (time > now || time < measure.events.front().time) {
    return errors::InvalidField(
        "time", {"must lie between the order and now", "应在措施下达之后且不晚于当前时间"});
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
