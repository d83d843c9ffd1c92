// How well an operator's goods can be traced, and whether that is enough for an honour.
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/policy/registry.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/verdict.h"
#include "services/trace/genealogy/purse.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/convert_traceability.h"
#include "services/trace/judgement/evidence.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/service_place.h"

namespace shian::trace {
namespace {

using judgement::TraceabilityQuestion;

// One answer, being reckoned.
class TraceabilityAnswer {
 public:
  TraceabilityAnswer(const Graph& graph, store::ReadTx& tx, const TraceabilityQuestion& question,
                     const policy::v1::JudgementRule& policy, v1::CheckTraceabilityResponse* out)
      : graph_(graph),
        tx_(tx),
        question_(question),
        view_(genealogy::ViewAt(graph, question.known_at)),
        rule_(judgement::ToRule(policy.traceability())),
        balance_(judgement::ToRule(policy)),
        tally_(rule_, balance_),
        out_(*out) {}

  absl::Status Reckon(const std::set<std::string>& glns) {
    out_.set_complete(true);
    out_.set_event_sequence(view_.upto);
    const absl::Time from = question_.as_of - rule_.period;
    *out_.mutable_from_event_time() = rpc::ToProto(from);
    *out_.mutable_to_event_time() = rpc::ToProto(question_.as_of);
    const auto own = PlacesWith(graph_, glns);
    Found found = EventsAt(graph_, view_, own, {ToMicros(from), ToMicros(question_.as_of)},
                           limits::kCompletenessScanMax + 1, until_);
    if (found.out_of_time) Stop("budget_ms");
    if (found.events.size() > limits::kCompletenessScanMax) Stop("max_events");
    if (found.events.size() > rule_.events_max) {
      out_.set_only_last(true);
      found.events.erase(found.events.begin(),
                         found.events.end() - static_cast<ptrdiff_t>(rule_.events_max));
    }
    RETURN_IF_ERROR(Read(found.events));
    RETURN_IF_ERROR(LookForSources(own));
    judgement::Fill(rule_, tally_.Shares(), &out_);
    Judge();
    return absl::OkStatus();
  }

 private:
  absl::Status Read(const Evidence& events) {
    for (const EventIndex event : events) {
      if (absl::Now() > until_) Stop("budget_ms");
      if (!out_.complete()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      tally_.Add(stored->event, EventName(stored->event.hash, stored->declaration),
                 stored->recorded);
      out_.set_events(out_.events() + 1);
    }
    return absl::OkStatus();
  }

  // Of lots that went without having come in the period: whether the operator recorded before that
  // they came, or anyone else that they were made or had them.
  absl::Status LookForSources(const absl::flat_hash_set<uint32_t>& own) {
    Purse purse({limits::kSourceMentionsMax, until_});
    for (const auto& [lot, time] : tally_.WithoutArrival()) {
      const NodeId node = graph_.Find(lot);
      if (node == kNone) continue;
      bool made = false, elsewhere = false;
      Evidence here;  // where it was before
      graph_.AnyTouchOf(node, view_, [&](const Touch& touch) {
        if (!purse.Spend()) return true;
        const EventRow& row = graph_.EventAt(touch.event);
        const bool ours = own.contains(row.place);
        made |= !ours &&
                (touch.role == Role::kOutput ||
                 (touch.role == Role::kObject && row.action == static_cast<uint8_t>(Action::kAdd)));
        const bool before = row.time <= ToMicros(time);
        elsewhere |= before && !ours && row.place != kNone;
        if (before && ours && here.size() < limits::kArrivalEventsMax) here.push_back(touch.event);
        return false;
      });
      if (purse.stopped_by() == StoppedBy::kEdges) Stop("max_mentions");
      if (purse.stopped_by() == StoppedBy::kTime) Stop("budget_ms");
      if (!out_.complete()) return absl::OkStatus();
      if (made || elsewhere) tally_.AddSource(lot);
      RETURN_IF_ERROR(LookForArrival(lot, here));
    }
    return absl::OkStatus();
  }

  absl::Status LookForArrival(const std::string& lot, const Evidence& events) {
    for (const EventIndex event : events) {
      if (absl::Now() > until_) Stop("budget_ms");
      if (!out_.complete()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      if (!TellsArrival(balance_, stored->event, lot)) continue;
      tally_.AddArrival(lot);
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  void Judge() {
    out_.set_score_min_ppm(rule_.score_min_ppm);
    out_.set_events_min(static_cast<int32_t>(rule_.events_min));
    out_.set_lots(static_cast<int64_t>(tally_.lots()));
    out_.set_lots_min(static_cast<int32_t>(rule_.lots_min));
    v1::TraceabilityBar bar = v1::TRACEABILITY_BAR_UNSPECIFIED;
    if (!out_.complete()) {
      bar = v1::TRACEABILITY_BAR_CUT_SHORT;
    } else if (out_.events() < out_.events_min()) {
      bar = v1::TRACEABILITY_BAR_TOO_FEW_EVENTS;
    } else if (out_.lots() < out_.lots_min()) {
      bar = v1::TRACEABILITY_BAR_TOO_FEW_LOTS;
    } else if (out_.score_ppm() < rule_.score_min_ppm) {
      bar = v1::TRACEABILITY_BAR_BELOW_SCORE;
    }
    out_.set_bar(bar);
    out_.set_eligible(bar == v1::TRACEABILITY_BAR_UNSPECIFIED);
  }

  void Stop(const char* by) {
    out_.set_complete(false);
    out_.set_stopped_by(by);
  }

  const Graph& graph_;
  store::ReadTx& tx_;
  const TraceabilityQuestion& question_;
  const View view_;
  const TraceabilityRule rule_;
  const BalanceRule balance_;
  TraceabilityTally tally_;
  v1::CheckTraceabilityResponse& out_;
  const absl::Time until_ = absl::Now() + limits::kBalanceTime;
};

absl::Status AnswerTraceability(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                                const v1::CheckTraceabilityRequest& in, store::ReadTx& tx,
                                v1::CheckTraceabilityResponse* out) {
  ASSIGN_OR_RETURN(const TraceabilityQuestion question, judgement::ToQuestion(in, call.now()));
  ASSIGN_OR_RETURN(const auto policy, edge.policies().InForce<policy::v1::JudgementRule>(
                                          tx, judgement::kPolicy, ToDate(call.now())));
  const auto& gate = policy.policy().traceability();
  if (!policy.policy().has_traceability()) {
    return errors::Refuse(
        errors::Reason::kPolicyNotInForce,
        {{"policy", judgement::kPolicy}, {"date", FormatDate(ToDate(call.now()))}});
  }
  ASSIGN_OR_RETURN(const auto glns, judgement::OpenOperator(call, tx, question.operator_));
  out->set_source_zh(gate.source_zh());
  out->set_mark(gate.mark());
  out->set_policy(policy.id);
  out->set_policy_revision(policy.revision);
  return live.Read(tx, [&](const Graph& graph) {
    return TraceabilityAnswer(graph, tx, question, policy.policy(), out).Reckon(glns);
  });
}

}  // namespace

grpc::ServerUnaryReactor* JudgementService::CheckTraceability(
    grpc::CallbackServerContext* context, const v1::CheckTraceabilityRequest* in,
    v1::CheckTraceabilityResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::CheckTraceabilityRequest& in,
                                   store::ReadTx& tx, v1::CheckTraceabilityResponse* out) {
                              return AnswerTraceability(edge_, graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
