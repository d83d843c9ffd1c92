#include "services/trace/judgement/service_imbalance.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "services/trace/capture/store.h"
#include "services/trace/judgement/convert_imbalance.h"
#include "services/trace/judgement/drawing.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_place.h"
#include "services/trace/judgement/service_rule.h"
#include "services/trace/judgement/store_imbalance.h"

namespace shian::trace {
namespace {

// What the events of a run of the order of capture change.
struct ImbalanceRun {
  int64_t after = 0, last = 0;
  bool more = false;
  std::vector<ImbalanceChange> changes;
};

struct Spoken {
  Subject kind = Subject::kLot;
  std::string name;
  EventIndex event = 0;  // of a process without transformation id
};

class ImbalanceFinder {
 public:
  ImbalanceFinder(const Graph& graph, View view, store::ReadTx& tx,
                  const judgement::BalancePolicy& policy, absl::Time now, ImbalanceRun* out)
      : graph_(graph),
        view_(view),
        tx_(tx),
        policy_(policy),
        now_(now),
        out_(*out),
        registered_(graph, tx) {}

  // Draws what an event speaks of, or a declaration that one was wrong: it repeats what that said.
  // False when it is left to the next run, which this one has no room for. The first event never
  // is, or it would be left for ever: what is too much of it is left to who asks.
  absl::StatusOr<bool> Look(capture::StoredEvent stored) {
    const bool first = !std::exchange(begun_, true);
    const size_t room =
        limits::kImbalanceSubjectsMax - std::min(limits::kImbalanceSubjectsMax, compared_.size());
    ASSIGN_OR_RETURN(const std::vector<Spoken> spoken, SpokenOf(stored, room + 1));
    if (spoken.size() > room && !first) return false;
    const int64_t sequence = stored.sequence;
    if (stored.declaration.empty()) Keep(static_cast<EventIndex>(sequence), &stored.event);
    for (size_t i = 0; i < std::min(room, spoken.size()); ++i) {
      ASSIGN_OR_RETURN(const bool compared, Compare(spoken[i], sequence));
      if (!compared) return first;
      compared_.insert({spoken[i].kind, spoken[i].name});
    }
    return true;
  }

 private:
  // So many at most, each once, that were not compared yet.
  absl::StatusOr<std::vector<Spoken>> SpokenOf(const capture::StoredEvent& stored, size_t most) {
    const Event& event = stored.event;
    std::vector<Spoken> spoken;
    std::set<std::string> lots;
    if (event.type == EventType::kTransformation) {
      ASSIGN_OR_RETURN(Spoken process, ProcessOf(stored));
      if (!compared_.contains({process.kind, process.name})) spoken.push_back(std::move(process));
    }
    const auto add = [&](const std::string& lot) {
      if (spoken.size() == most || compared_.contains({Subject::kLot, lot})) return;
      if (lots.insert(lot).second) spoken.push_back({Subject::kLot, lot});
    };
    for (const Link& link : event.links) {
      if (IsLot(link.kind)) add(link.epc);
    }
    if (!EmptiesUnit(event)) return spoken;
    Purse purse({limits::kImbalanceRecordsMax, until_});
    for (const Link& link : event.links) {
      const NodeId unit = graph_.Find(link.epc);
      if (unit == kNone) continue;
      for (const NodeId lot : LotsEmptied(graph_, view_, unit, ToMicros(event.time), &purse)) {
        if (IsLot(graph_.KindOf(lot))) add(graph_.NameOf(lot));
      }
    }
    return spoken;
  }

  // Units are no goods, and a class is no lot.
  static bool IsLot(EpcKind kind) {
    return kind != EpcKind::kLogisticUnit && kind != EpcKind::kAsset && kind != EpcKind::kClass;
  }

  absl::StatusOr<Spoken> ProcessOf(const capture::StoredEvent& stored) {
    const Event& event = stored.event;
    if (!event.transformation_id.empty()) {
      return Spoken{Subject::kProcess, event.transformation_id};
    }
    Spoken process{Subject::kProcess, EventName(event.hash, ""),
                   static_cast<EventIndex>(stored.sequence)};
    if (stored.declaration.empty()) return process;
    ASSIGN_OR_RETURN(const auto declared, capture::FindEvent(tx_, event.hash, ""));
    process.event = declared ? static_cast<EventIndex>(declared->sequence) : 0;
    return process;
  }

  // Nothing when they are too many: then it is left to who asks.
  std::optional<Evidence> EventsOf(const Spoken& of) {
    const size_t most = limits::kImbalanceEventsMax;
    if (of.event != 0) {
      return graph_.Visible(of.event, view_) ? Evidence{of.event} : Evidence();
    }
    if (of.kind == Subject::kLot) {
      const NodeId lot = graph_.Find(of.name);
      return lot == kNone ? Evidence() : FewEventsOfLot(graph_, view_, lot, most);
    }
    const ProcessId process = FindProcess(graph_, of.name);
    return process == kNone ? Evidence() : FewEventsOfProcess(graph_, view_, process, most);
  }

  // False when there was no time for it.
  absl::StatusOr<bool> Compare(const Spoken& of, int64_t sequence) {
    const std::optional<Evidence> events = EventsOf(of);
    if (!events) return true;
    Drawing drawing(policy_.rule, of.kind, of.name);
    if (of.kind == Subject::kLot && !events->empty()) {
      drawing.AddEmptyings(EmptyingsOfLot(graph_, view_, graph_.Find(of.name)));
    }
    RETURN_IF_ERROR(drawing.Add(*events, limits::kImbalanceEventsMax, until_,
                                [this](EventIndex event) { return Read(event); }));
    if (!drawing.stopped_by().empty()) return false;
    ASSIGN_OR_RETURN(const auto drawn, ToImbalance(of, drawing));
    ASSIGN_OR_RETURN(const auto standing, judgement::StandingOf(tx_, of.kind, of.name));
    for (ImbalanceChange& change : CompareImbalance(standing, drawn)) {
      RETURN_IF_ERROR(Take(*events, sequence, std::move(change)));
    }
    return true;
  }

  // Nothing when there is nothing to tell of it.
  absl::StatusOr<std::optional<Imbalance>> ToImbalance(const Spoken& of, const Drawing& drawing) {
    const Yield* const yield = drawing.yield();
    if (yield == nullptr) return absl::DataLossError("a yield rule is missing");
    Balance balance = drawing.Judge(*yield);
    if (!Alerts(*yield, balance.verdict)) return std::nullopt;
    Imbalance imbalance;
    imbalance.kind = of.kind;
    imbalance.subject = of.name;
    imbalance.verdict = balance.verdict;
    imbalance.sums = std::move(balance.sums);
    imbalance.rule = *yield;
    imbalance.policy_revision = policy_.revision;
    return imbalance;
  }

  absl::StatusOr<const Event*> Read(EventIndex index) {
    const auto known = events_.find(index);
    if (known != events_.end()) return &known->second;
    ASSIGN_OR_RETURN(auto stored, capture::EventAt(tx_, index));
    if (!stored) return absl::DataLossError("capture_event has lost a row");
    return Keep(index, &stored->event);
  }

  // Many lots share an event. What is kept of them is bounded; what is forgotten is read again.
  const Event* Keep(EventIndex index, Event* event) {
    if (kept_links_ > limits::kImbalanceLinksKept) {
      events_.clear();
      kept_links_ = 0;
    }
    std::string().swap(event->json);
    std::string().swap(event->context_json);
    kept_links_ += event->links.size() + 1;
    return &(events_[index] = std::move(*event));
  }

  absl::Status Take(const Evidence& events, int64_t sequence, ImbalanceChange change) {
    Imbalance& imbalance = change.imbalance;
    if (change.step == ImbalanceStep::kFound) {
      ASSIGN_OR_RETURN(judgement::Whereabouts where, WhereaboutsOf(events));
      // Nobody's business is told to nobody.
      if (where.operator_.empty()) return absl::OkStatus();
      imbalance.operator_ = std::move(where.operator_);
      imbalance.place = std::move(where.place);
      imbalance.region = std::move(where.region);
      for (const EventIndex event : events) {
        imbalance.event_time = std::max(imbalance.event_time, graph_.EventAt(event).time);
      }
      imbalance.found = now_;
      imbalance.id = IdOf(imbalance, sequence);
    }
    if (change.step == ImbalanceStep::kWithdrawn) imbalance.withdrawn = now_;
    out_.changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  // At the place of the latest event that names a registered one.
  absl::StatusOr<judgement::Whereabouts> WhereaboutsOf(Evidence events) {
    std::sort(events.begin(), events.end(), [this](EventIndex a, EventIndex b) {
      return std::make_pair(graph_.EventAt(a).time, a) > std::make_pair(graph_.EventAt(b).time, b);
    });
    judgement::Whereabouts found;
    for (const EventIndex event : events) {
      ASSIGN_OR_RETURN(found, registered_.At(graph_.EventAt(event).place));
      if (!found.operator_.empty()) break;
    }
    return found;
  }

  const Graph& graph_;
  const View view_;
  store::ReadTx& tx_;
  const judgement::BalancePolicy& policy_;
  const absl::Time now_;
  ImbalanceRun& out_;
  judgement::Registered registered_;
  const absl::Time until_ = absl::Now() + limits::kImbalanceTime;
  bool begun_ = false;
  std::set<std::pair<Subject, std::string>> compared_;
  std::map<EventIndex, Event> events_;
  size_t kept_links_ = 0;
};

absl::StatusOr<ImbalanceRun> ReadRun(rpc::Edge& edge, genealogy::LiveGraph& live, store::ReadTx& tx,
                                     absl::Time now) {
  ImbalanceRun run;
  ASSIGN_OR_RETURN(run.after, judgement::BalancedTo(tx));
  ASSIGN_OR_RETURN(const int64_t captured, capture::LastSequence(tx));
  run.last = run.after;
  if (run.last == captured) return run;
  capture::EventFilter all;
  all.from_micros = std::numeric_limits<int64_t>::min();
  all.to_micros = std::numeric_limits<int64_t>::max();
  ASSIGN_OR_RETURN(auto events, capture::ListEvents(tx, all, run.after, limits::kImbalanceEvents));
  if (events.empty()) return run;
  const auto policy = judgement::BalancePolicyOn(edge.policies(), tx, ToDate(now));
  if (errors::ReasonOf(policy.status()) == errors::Reason::kPolicyNotInForce) {
    // Without a rule there is nothing to find; what is asked later is judged by the rule of then.
    run.last = events.back().sequence;
    run.more = run.last < captured;
    return run;
  }
  RETURN_IF_ERROR(policy.status());
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) -> absl::Status {
    // The graph may know of more than this transaction sees.
    const View view{std::min(graph.last(), captured)};
    ImbalanceFinder finder(graph, view, tx, *policy, now, &run);
    for (capture::StoredEvent& event : events) {
      const int64_t sequence = event.sequence;
      ASSIGN_OR_RETURN(const bool looked_at, finder.Look(std::move(event)));
      if (!looked_at) break;
      run.last = sequence;
    }
    return absl::OkStatus();
  }));
  run.more = run.last < captured;
  return run;
}

absl::Status Tell(store::WriteTx& tx, const ImbalanceChange& change) {
  if (change.step == ImbalanceStep::kChanged) return absl::OkStatus();
  const bool found = change.step == ImbalanceStep::kFound;
  const Imbalance& imbalance = change.imbalance;
  return ledger::Append(
      tx, {.log = ledger::Log::kFacts,
           .type = found ? "shian.trace.balance.alerted" : "shian.trace.balance.withdrawn",
           .subject = imbalance.operator_,
           .region = imbalance.region,
           .time = found ? FromMicros(imbalance.event_time) : imbalance.withdrawn,
           .payload = judgement::PayloadOf(judgement::ToProto(imbalance), found),
           .cause = ""});
}

// A run that another process took meanwhile is left alone.
absl::Status WriteRun(store::WriteTx& tx, const ImbalanceRun& run) {
  ASSIGN_OR_RETURN(const int64_t balanced_to, judgement::BalancedTo(tx));
  if (balanced_to != run.after) return absl::OkStatus();
  for (const ImbalanceChange& change : run.changes) {
    RETURN_IF_ERROR(judgement::PutImbalance(tx, change.imbalance));
    RETURN_IF_ERROR(Tell(tx, change));
  }
  return judgement::SetBalancedTo(tx, run.last);
}

}  // namespace

absl::Status TellImbalances(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now) {
  const absl::Time until = absl::Now() + limits::kImbalanceRound;
  ImbalanceRun run;
  run.more = true;
  while (run.more && absl::Now() < until) {
    RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(run, ReadRun(edge, graph, tx, now));
      return absl::OkStatus();
    }));
    if (run.last == run.after) return absl::OkStatus();
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

}  // namespace shian::trace
