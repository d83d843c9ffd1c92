#include "services/trace/judgement/service_alert.h"

#include <algorithm>
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
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/cold_evidence.h"
#include "services/trace/judgement/convert_alert.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_expiry.h"
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

// Where the lot was when it began: of the registered places, the last one by then, or the first.
struct Whereabouts {
  std::string operator_, place, region;
};
absl::StatusOr<Whereabouts> WhereaboutsOf(const Graph& graph, View view, store::ReadTx& tx,
                                          NodeId lot, int64_t time) {
  Whereabouts found;
  for (const Seen& seen : SightingsOf(graph, view, lot)) {
    if (seen.time > time && !found.operator_.empty()) break;
    const std::string place = graph.PlaceName(seen.place);
    ASSIGN_OR_RETURN(const std::string operator_name, genealogy::OperatorAt(tx, place));
    if (operator_name.empty()) continue;
    found.operator_ = operator_name;
    found.place = place;
    ASSIGN_OR_RETURN(found.region, genealogy::RegionAt(tx, place));
  }
  return found;
}

class AlertFinder {
 public:
  AlertFinder(const Graph& graph, store::ReadTx& tx, const judgement::ColdPolicy& policy,
              absl::Time now, AlertRun* out)
      : graph_(graph), view_(graph.Now()), tx_(tx), policy_(policy), now_(now), out_(*out) {}

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
    for (const Link& link : stored.event.links) NoteLot(graph_.Find(link.epc), span);
  }

  absl::Status Compare() {
    for (const auto& [lot, when] : subjects_) {
      if (absl::Now() > until_) out_.out_of_time = true;
      if (out_.out_of_time) break;
      RETURN_IF_ERROR(CompareLot(lot, when));
    }
    return absl::OkStatus();
  }

 private:
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
    bool cut = false;
    const Watches watches =
        WatchesOf(graph_, view_, lot, when, policy_.rule.sensors.clock_tolerance, &cut);
    // One with more is judged when it is asked about.
    if (cut || watches.size() > limits::kAlertEventsMax) return absl::OkStatus();
    ColdSeries series;
    RETURN_IF_ERROR(Read(watches, &series));
    if (series.size() > limits::kColdSamplesMax) return absl::OkStatus();
    const std::string epc = graph_.NameOf(lot);
    ASSIGN_OR_RETURN(const auto known,
                     judgement::AlertsOf(tx_, epc, when, limits::kAlertsOfLotMax));
    if (known.size() == static_cast<size_t>(limits::kAlertsOfLotMax)) return absl::OkStatus();
    const ColdBand& band = policy_.rule.BandFor({GtinOf(epc)});
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
      ASSIGN_OR_RETURN(Whereabouts where, WhereaboutsOf(graph_, view_, tx_, lot, alert.begin));
      // Nobody's business is told to nobody.
      if (where.operator_.empty()) return absl::OkStatus();
      alert.operator_ = std::move(where.operator_);
      alert.place = std::move(where.place);
      alert.region = std::move(where.region);
      alert.found = now_;
    }
    if (change.step == AlertStep::kWithdrawn) alert.withdrawn = now_;
    ASSIGN_OR_RETURN(out_.events.emplace_back(), capture::NameOfEvent(tx_, alert.sequence));
    out_.changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  const Graph& graph_;
  const View view_;
  store::ReadTx& tx_;
  const judgement::ColdPolicy& policy_;
  const absl::Time now_;
  AlertRun& out_;
  const absl::Time until_ = absl::Now() + limits::kAlertTime;
  Subjects subjects_;
  std::map<EventIndex, std::vector<Reading>> readings_;
  size_t kept_ = 0;
};

absl::StatusOr<AlertRun> ReadRun(rpc::Edge& edge, genealogy::LiveGraph& live, store::ReadTx& tx,
                                 absl::Time now, int most) {
  AlertRun run;
  ASSIGN_OR_RETURN(run.after, judgement::AlertedTo(tx));
  ASSIGN_OR_RETURN(const int64_t captured, capture::LastSequence(tx));
  run.last = std::min(captured, run.after + limits::kIndexRun);
  run.more = run.last < captured;
  if (run.last == run.after) return run;
  ASSIGN_OR_RETURN(auto events,
                   capture::ListWithMember(tx, "sensorElementList", run.after, run.last, most));
  if (events.empty()) return run;
  if (events.size() == static_cast<size_t>(most)) {
    run.last = events.back().sequence;
    run.more = true;
  }
  const auto policy = judgement::ColdPolicyOn(edge.policies(), tx, ToDate(now));
  // Without a rule there is nothing to find; what is asked later is judged by the rule of then.
  if (errors::ReasonOf(policy.status()) == errors::Reason::kPolicyNotInForce) return run;
  RETURN_IF_ERROR(policy.status());
  run.policy = policy->id;
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    AlertFinder finder(graph, tx, *policy, now, &run);
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
  RETURN_IF_ERROR(IndexExpiries(edge, now));
  return TellExcursions(edge, graph, now);
}

}  // namespace shian::trace
