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

const MeasureEvent* Measure::First(MeasureAct act) const {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [act](const MeasureEvent& event) { return event.act == act; });
  return found == events.end() ? nullptr : &*found;
}

Measure OrderOf(const Entry& entry, const CatalogueItem& item, std::string catalogue_revision,
                std::string id, absl::Time now) {
  Measure measure;
  measure.op = entry.op;
  measure.id = MeasureId(std::move(id));
  measure.entry = entry.id;
  measure.region = entry.region;
  measure.organisation = entry.organisation;
  measure.list = entry.list;
  measure.item = item.item;
  measure.title = item.title;
  measure.system = item.system;
  measure.department_title = item.department_title;
  measure.basis = item.basis;
  measure.catalogue_revision = std::move(catalogue_revision);
  measure.terms = item.terms;
  measure.started = item.clocks;
  MeasureEvent ordered;
  ordered.sequence = 1;
  ordered.time = now;
  ordered.recorded = now;
  measure.events.push_back(std::move(ordered));
  return measure;
}

std::optional<absl::Time> StartOf(const Measure& measure) {
  if (measure.terms.start != StartRule::kAcknowledged) return measure.events.front().time;
  const MeasureEvent* acknowledged = measure.Last(MeasureAct::kAcknowledged);
  return acknowledged == nullptr ? std::nullopt : std::optional(acknowledged->time);
}

namespace {

// The end that its own terms set, whatever its entry does; InfiniteFuture when they set none yet.
absl::Time OwnEnd(const Measure& measure) {
  if (measure.terms.end == EndRule::kOneOff) {
    for (const MeasureEvent& event : measure.events) {
      const bool done = event.outcome == Outcome::kApplied || event.outcome == Outcome::kNoOccasion;
      if (event.act == MeasureAct::kReported && done) return event.time;
    }
  }
  if (measure.terms.end != EndRule::kOwnPeriod) return absl::InfiniteFuture();
  const std::optional<absl::Time> start = StartOf(measure);
  if (!start) return absl::InfiniteFuture();
  const calendar::Budget months = {measure.terms.period_months, calendar::Unit::kMonths,
                                   calendar::LastDay::kNone};
  return calendar::DueOf(calendar::Calendar(), *start, months, {}).due;
}

}  // namespace

void Close(const Entry& entry, absl::Time known_at, Measure* measure) {
  measure->list = entry.list;
  measure->annulled = IsAnnulled(entry, known_at);
  measure->end = EndOf(entry, known_at);
  measure->cause = measure->annulled ? EndCause::kAnnulled : EndCause::kListingEnded;
  const absl::Time own = OwnEnd(*measure);
  // A period of its own runs on when the listing ends earlier, but not when its basis fell.
  const bool own_period = measure->terms.end == EndRule::kOwnPeriod && StartOf(*measure);
  const bool undone = measure->annulled && measure->terms.end == EndRule::kOneOff;
  if ((own < measure->end && !undone) || (own_period && !measure->annulled)) {
    measure->end = own;
    measure->cause = own_period ? EndCause::kOwnPeriod : EndCause::kDone;
  }
  if (const MeasureEvent* withdrawn = measure->Last(MeasureAct::kWithdrawn)) {
    measure->end = std::min(measure->end, withdrawn->time);
    measure->cause = EndCause::kWithdrawn;
  }
}

const MeasureEvent* Confirmation(const Measure& measure) {
  for (const MeasureEvent& event : measure.events) {
    const bool lifted = event.act == MeasureAct::kReported && event.outcome == Outcome::kLifted;
    if (lifted && event.recorded >= measure.end) return &event;
  }
  return nullptr;
}

bool AwaitsConfirmation(const Measure& measure, absl::Time as_of) {
  const bool reversible = measure.cause != EndCause::kWithdrawn && measure.cause != EndCause::kDone;
  return as_of >= measure.end && reversible && !measure.terms.lift_clock.empty() &&
         Confirmation(measure) == nullptr;
}

MeasureState StateOf(const Measure& measure, absl::Time as_of) {
  if (measure.Last(MeasureAct::kWithdrawn) != nullptr) return MeasureState::kWithdrawn;
  if (AwaitsConfirmation(measure, as_of)) return MeasureState::kLifting;
  if (measure.annulled || as_of >= measure.end) return MeasureState::kEnded;
  if (measure.Last(MeasureAct::kReported) != nullptr) return MeasureState::kReported;
  if (PendingObjection(measure) != nullptr) return MeasureState::kObjected;
  return measure.Last(MeasureAct::kAcknowledged) != nullptr ? MeasureState::kAcknowledged
                                                            : MeasureState::kOrdered;
}

const MeasureEvent* PendingObjection(const Measure& measure) {
  const bool answered = measure.Last(MeasureAct::kObjectionDismissed) != nullptr ||
                        measure.Last(MeasureAct::kWithdrawn) != nullptr;
  return answered ? nullptr : measure.Last(MeasureAct::kObjected);
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
  const bool confirms = now >= measure.end && outcome == Outcome::kLifted;
  if (outcome == Outcome::kLifted && !confirms) {
    return errors::InvalidField(
        "outcome", {"is not LIFTED while the measure is in force", "措施实施期间不得反馈已解除"});
  }
  if (measure.Last(MeasureAct::kAcknowledged) == nullptr && !confirms) {
    return Refuse(Reason::kMeasureNotAcknowledged, {}, measure.basis);
  }
  if (now >= measure.end && !confirms) return Refuse(Reason::kMeasureEnded, {}, measure.basis);
  if (PendingObjection(measure) != nullptr && !confirms) {
    return Refuse(Reason::kObjectionPending, {}, measure.basis);
  }
  if (time > now || time < measure.events.front().time) {
    return errors::InvalidField(
        "time", {"must lie between the order and now", "应在措施下达之后且不晚于当前时间"});
  }
  return absl::OkStatus();
}

absl::Status CheckObjection(const Measure& measure, absl::Time now) {
  // Orders of before objections, or of a catalogue without them: nobody could answer one.
  if (measure.terms.objection_chain.empty()) {
    return Refuse(Reason::kStepUnknown, {{"step", "异议"}}, measure.basis);
  }
  if (now >= measure.end) return Refuse(Reason::kMeasureEnded, {}, measure.basis);
  if (measure.Last(MeasureAct::kAcknowledged) == nullptr) {
    return Refuse(Reason::kMeasureNotAcknowledged, {}, measure.basis);
  }
  if (PendingObjection(measure) != nullptr) {
    return Refuse(Reason::kObjectionPending, {}, measure.basis);
  }
  for (const MeasureAct done : {MeasureAct::kReported, MeasureAct::kObjected}) {
    if (measure.Last(done) == nullptr) continue;
    return Refuse(Reason::kStepAlreadyDone,
                  {{"step", done == MeasureAct::kReported ? "反馈" : "异议"}}, measure.basis);
  }
  return absl::OkStatus();
}

absl::Status CheckObjectionAnswer(const Measure& measure, absl::Time now) {
  if (PendingObjection(measure) == nullptr) {
    return Refuse(Reason::kObjectionUnknown, {{"number", "1"}}, measure.basis);
  }
  return now >= measure.end ? Refuse(Reason::kMeasureEnded, {}, measure.basis) : absl::OkStatus();
}

}  // namespace shian::sanction
