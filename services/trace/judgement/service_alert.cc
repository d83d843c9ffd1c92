#include "services/trace/judgement/service_alert.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/sighting.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/cold_evidence.h"
#include "services/trace/judgement/convert_alert.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_expiry.h"
#include "services/trace/judgement/service_imbalance.h"
#include "services/trace/judgement/service_place.h"
#include "services/trace/judgement/service_rule.h"
#include "services/trace/judgement/store_alert.h"

namespace shian::trace {
namespace {

using Subjects = std::map<NodeId, Interval>;

// What the events of a run of the order of capture change.
struct AlertRun {
  int64_t after = 0, last = 0;
  bool more = false;
  bool too_many = false;     // lots, for one run
  bool out_of_time = false;  // some of what the events speak of was not looked at
  std::vector<AlertChange> changes;
  std::vector<std::string> events;  // beside each of them, the event that states the worst
  std::string policy;
};

class AlertFinder {
 public:
  AlertFinder(const Graph& graph, View view, store::ReadTx& tx, const judgement::ColdPolicy& policy,
              absl::Time now, AlertRun* out)
      : graph_(graph),
        view_(view),
        tx_(tx),
        policy_(policy),
        now_(now),
        out_(*out),
        registered_(graph, tx) {}

  // Of an event, or of a declaration that one was wrong: it repeats what that said.
  void Note(capture::StoredEvent stored) {
    stored.event.declaration.reset();
    Interval span{kNoEnd, Interval().from};
    for (const Reading& reading :
         ReadingsOf(stored.event, stored.sequence, stored.recorded, policy_.rule.sensors)) {
      if (reading.state != ReadingState::kRead) continue;
      span = {std::min(span.from, reading.begin), std::max(span.to, reading.end + 1)};
    }
    if (span.empty()) return;
    for (const Link& link : stored.event.links) {
      // What was noted by then is compared in the other half of the time.
      if (TimeIsUp(until_ - limits::kAlertTime / 2)) return;
      NoteLot(graph_.Find(link.epc), span);
    }
  }

  absl::Status Compare() {
    for (const auto& [lot, when] : subjects_) {
      if (TimeIsUp(until_)) break;
      RETURN_IF_ERROR(CompareLot(lot, when));
    }
    return absl::OkStatus();
  }

 private:
  bool TimeIsUp(absl::Time until) {
    const bool up = absl::Now() > until;
    out_.out_of_time |= up;
    return up;
  }

  // In place of a unit, what it held then.
  void NoteLot(NodeId lot, const Interval& span) {
    if (lot == kNone || graph_.KindOf(lot) == EpcKind::kClass) return;
    if (!graph_.IsContainer(lot)) return Widen(lot, span);
    const Sources held =
        SourcesInUnit(graph_, view_, lot, span, static_cast<int64_t>(limits::kAlertSubjectsMax));
    for (const Source& source : held.listed) Widen(source.lot, span);
  }

  void Widen(NodeId lot, const Interval& span) {
    if (subjects_.size() >= limits::kAlertSubjectsMax && !subjects_.contains(lot)) {
      out_.too_many = true;
      return;
    }
    const int64_t around = absl::ToInt64Microseconds(limits::kAlertAround);
    const Interval near{span.from - around, span.to + around};
    const auto [at, added] = subjects_.emplace(lot, near);
    if (added) return;
    at->second = {std::min(at->second.from, near.from), std::max(at->second.to, near.to)};
  }

  absl::Status CompareLot(NodeId lot, const Interval& when) {
    const std::string epc = graph_.NameOf(lot);
    const ColdBand& band = policy_.rule.BandFor({GtinOf(epc)});
    if (!band.alert) return absl::OkStatus();
    bool cut = false;
    const Watches watches =
        WatchesOf(graph_, view_, lot, when, policy_.rule.sensors.clock_tolerance, &cut);
    // One with more is judged when it is asked about.
    if (cut || watches.size() > limits::kAlertEventsMax) return absl::OkStatus();
    ColdSeries series;
    RETURN_IF_ERROR(Read(watches, &series));
    if (series.size() > limits::kColdSamplesMax) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto known,
                     judgement::AlertsOf(tx_, epc, when, limits::kAlertsOfLotMax));
    if (known.size() == static_cast<size_t>(limits::kAlertsOfLotMax)) return absl::OkStatus();
    for (AlertChange& change :
         CompareAlerts(epc, band, policy_.revision, known, series.Judge(band).excursions, when)) {
      RETURN_IF_ERROR(Take(lot, std::move(change)));
    }
    return absl::OkStatus();
  }

  absl::Status Read(const Watches& watches, ColdSeries* series) {
    for (const auto& [event, times] : watches) {
      ASSIGN_OR_RETURN(const std::vector<Reading>* readings, ReadingsAt(event));
      for (const Reading& reading : *readings) {
        const bool speaks =
            reading.state == ReadingState::kRead && Speaks(times, reading.begin, reading.end);
        if (speaks) series->Add(reading);
      }
      if (series->size() > limits::kColdSamplesMax) break;
    }
    return absl::OkStatus();
  }

  // Many lots share an event. What is kept of them is bounded; what is forgotten is read again.
  absl::StatusOr<const std::vector<Reading>*> ReadingsAt(EventIndex event) {
    const auto known = readings_.find(event);
    if (known != readings_.end()) return &known->second;
    if (kept_ > limits::kColdSamplesMax) {
      readings_.clear();
      kept_ = 0;
    }
    ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
    if (!stored) return absl::DataLossError("capture_event has lost a row");
    std::vector<Reading>& readings = readings_[event];
    readings = ReadingsOf(stored->event, event, stored->recorded, policy_.rule.sensors);
    kept_ += readings.size();
    return &readings;
  }

  absl::Status Take(NodeId lot, AlertChange change) {
    ColdAlert& alert = change.alert;
    if (change.step == AlertStep::kFound) {
      ASSIGN_OR_RETURN(judgement::Whereabouts where, WhereaboutsOf(lot, alert.begin));
      // Nobody's business is told to nobody.
      if (where.operator_.empty()) return absl::OkStatus();
      alert.operator_ = std::move(where.operator_);
      alert.place = std::move(where.place);
      alert.region = std::move(where.region);
      alert.found = now_;
      alert.id = IdOf(alert, out_.last);
    }
    if (change.step == AlertStep::kWithdrawn) alert.withdrawn = now_;
    ASSIGN_OR_RETURN(out_.events.emplace_back(), capture::NameOfEvent(tx_, alert.sequence));
    out_.changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  // Where the lot was when it began: of the registered places, the last one by then, or the first.
  // Nowhere when the time is up.
  absl::StatusOr<judgement::Whereabouts> WhereaboutsOf(NodeId lot, int64_t time) {
    const std::vector<Seen> seen = SightingsOf(graph_, view_, lot);
    const auto after =
        std::upper_bound(seen.begin(), seen.end(), time,
                         [](int64_t at, const Seen& each) { return at < each.time; });
    judgement::Whereabouts found;
    const auto is_there = [&](const Seen& each) -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(found, registered_.At(each.place));
      return !found.operator_.empty();
    };
    for (auto at = after; at != seen.begin() && !TimeIsUp(until_);) {
      ASSIGN_OR_RETURN(const bool there, is_there(*--at));
      if (there) return found;
    }
    for (auto at = after; at != seen.end() && !TimeIsUp(until_); ++at) {
      ASSIGN_OR_RETURN(const bool there, is_there(*at));
      if (there) return found;
    }
    return judgement::Whereabouts();
  }

  const Graph& graph_;
  const View view_;
  store::ReadTx& tx_;
  const judgement::ColdPolicy& policy_;
  const absl::Time now_;
  AlertRun& out_;
  judgement::Registered registered_;
  const absl::Time until_ = absl::Now() + limits::kAlertTime;
  Subjects subjects_;
  std::map<EventIndex, std::vector<Reading>> readings_;
  size_t kept_ = 0;
};

// The events with sensors up to run->last, which is drawn in to what was looked through: when they
// are `most`, or the time is up.
absl::StatusOr<std::vector<capture::StoredEvent>> FindSensors(store::ReadTx& tx, int most,
                                                              AlertRun* run) {
  const absl::Time until = absl::Now() + limits::kAlertTime / 2;
  const auto limit = static_cast<size_t>(most);
  std::vector<capture::StoredEvent> events;
  int64_t looked_to = run->after;
  do {
    const int64_t upto = std::min(run->last, looked_to + limits::kAlertScan);
    const int left = most - static_cast<int>(events.size());
    ASSIGN_OR_RETURN(auto some,
                     capture::ListWithMember(tx, "sensorElementList", looked_to, upto, left));
    std::move(some.begin(), some.end(), std::back_inserter(events));
    looked_to = events.size() == limit ? events.back().sequence : upto;
  } while (looked_to < run->last && events.size() < limit && absl::Now() < until);
  run->last = looked_to;
  return events;
}

absl::StatusOr<AlertRun> ReadRun(rpc::Edge& edge, genealogy::LiveGraph& live, store::ReadTx& tx,
                                 absl::Time now, int most) {
  AlertRun run;
  ASSIGN_OR_RETURN(run.after, judgement::AlertedTo(tx));
  ASSIGN_OR_RETURN(const int64_t captured, capture::LastSequence(tx));
  run.last = std::min(captured, run.after + limits::kIndexRun);
  if (run.last == run.after) return run;
  ASSIGN_OR_RETURN(auto events, FindSensors(tx, most, &run));
  run.more = run.last < captured;
  if (events.empty()) return run;
  const auto policy = judgement::ColdPolicyOn(edge.policies(), tx, ToDate(now));
  // Without a rule there is nothing to find; what is asked later is judged by the rule of then.
  if (errors::ReasonOf(policy.status()) == errors::Reason::kPolicyNotInForce) return run;
  RETURN_IF_ERROR(policy.status());
  run.policy = policy->id;
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    // The graph may know of more than this transaction sees.
    const View view{std::min(graph.last(), captured)};
    AlertFinder finder(graph, view, tx, *policy, now, &run);
    for (capture::StoredEvent& event : events) finder.Note(std::move(event));
    return finder.Compare();
  }));
  return run;
}

absl::Status Tell(store::WriteTx& tx, const AlertChange& change, const std::string& event,
                  const std::string& policy) {
  if (change.step == AlertStep::kGrown) return absl::OkStatus();
  const bool found = change.step == AlertStep::kFound;
  const ColdAlert& alert = change.alert;
  const v1::FoundExcursion told = judgement::ToProto(alert, event, policy);
  return ledger::Append(
      tx, {.log = ledger::Log::kFacts,
           .type = found ? "shian.trace.cold.excursion" : "shian.trace.cold.excursion_withdrawn",
           .subject = alert.operator_,
           .region = alert.region,
           .time = found ? FromMicros(alert.begin) : alert.withdrawn,
           .payload = judgement::PayloadOf(told, found),
           .cause = ""});
}

// A run that another process took meanwhile is left alone.
absl::Status WriteRun(store::WriteTx& tx, const AlertRun& run) {
  ASSIGN_OR_RETURN(const int64_t alerted_to, judgement::AlertedTo(tx));
  if (alerted_to != run.after) return absl::OkStatus();
  for (size_t i = 0; i < run.changes.size(); ++i) {
    const AlertChange& change = run.changes[i];
    const bool moved =
        change.step == AlertStep::kGrown && change.began_before != change.alert.begin;
    if (moved) RETURN_IF_ERROR(judgement::DeleteAlert(tx, change.alert, change.began_before));
    RETURN_IF_ERROR(judgement::PutAlert(tx, change.alert));
    RETURN_IF_ERROR(Tell(tx, change, run.events[i], run.policy));
  }
  return judgement::SetAlertedTo(tx, run.last);
}

}  // namespace

absl::Status TellExcursions(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now) {
  const absl::Time until = absl::Now() + limits::kAlertTime;
  AlertRun run;
  run.more = true;
  int most = limits::kAlertEvents;
  // A run that was too much is done again event by event, at least the first of them: else the next
  // round would come to the same end.
  while (run.more && (most == 1 || absl::Now() < until)) {
    RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(run, ReadRun(edge, graph, tx, now, most));
      return absl::OkStatus();
    }));
    if (run.last == run.after) return absl::OkStatus();
    // Event by event, then; of one that speaks of very much the rest is judged when it is asked
    // about.
    const bool again = (run.out_of_time || run.too_many) && most > 1;
    most = again ? 1 : limits::kAlertEvents;
    if (again) {
      run.more = true;
      continue;
    }
    store::WriteContext context;
    context.now = now;
    RETURN_IF_ERROR(edge.store()
                        .WriteAndWait(context,
                                      [run](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                                        RETURN_IF_ERROR(WriteRun(tx, run));
                                        return std::string();
                                      })
                        .status());
  }
  return absl::OkStatus();
}

absl::Status WriteBehind(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now) {
  // What is wrong with one keeps none of the others.
  absl::Status status = IndexExpiries(edge, now);
  status.Update(TellExcursions(edge, graph, now));
  status.Update(TellImbalances(edge, graph, now));
  return status;
}

}  // namespace shian::trace
