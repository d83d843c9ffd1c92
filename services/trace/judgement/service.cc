#include "services/trace/judgement/service.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/policy/registry.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_process.h"

namespace shian::trace {
namespace {

using judgement::BalanceQuestion;

// One balance, being drawn.
class BalanceAnswer {
 public:
  BalanceAnswer(const Graph& graph, const rpc::Call& call, store::ReadTx& tx,
                const BalanceQuestion& question, const BalanceRule& rule,
                v1::CheckBalanceResponse* out)
      : graph_(graph),
        call_(call),
        tx_(tx),
        question_(question),
        view_(genealogy::ViewAt(graph, question.known_at)),
        tally_(rule),
        out_(*out) {}

  absl::Status Draw() {
    out_.set_complete(true);
    out_.set_event_sequence(view_.upto);
    ASSIGN_OR_RETURN(const Evidence events, FindEvents());
    for (const EventIndex event : events) {
      if (out_.events() == static_cast<int64_t>(question_.max_events)) {
        Stop("max_events");
        break;
      }
      if (absl::Now() > until_) Stop("budget_ms");
      if (!out_.complete()) break;
      RETURN_IF_ERROR(Add(event));
    }
    return Judge();
  }

 private:
  absl::StatusOr<Evidence> FindEvents() {
    switch (question_.subject) {
      case Subject::kProcess:
        return judgement::OpenProcess(call_, graph_, view_, tx_, question_.process);
      case Subject::kLot:
        return FindLotEvents();
      case Subject::kOperator:
        return FindOperatorEvents();
    }
    return Evidence();
  }

  absl::StatusOr<Evidence> FindLotEvents() {
    RETURN_IF_ERROR(genealogy::RequireSeed(call_, graph_, view_, tx_, question_.lot));
    const NodeId lot = graph_.Find(question_.lot);
    const Evidence events = lot == kNone ? Evidence() : EventsOfLot(graph_, view_, lot);
    if (events.empty()) return errors::NotFound(question_.lot);
    for (const EventIndex event : EmptyingsOfLot(graph_, view_, lot)) tally_.AddUnstated(event);
    tally_.NoteGoods(question_.lot);
    return events;
  }

  absl::StatusOr<Evidence> FindOperatorEvents() {
    call_.NoteResource(question_.operator_);
    ASSIGN_OR_RETURN(const auto places, genealogy::PlacesOf(tx_, question_.operator_));
    if (places.empty()) return errors::NotFound(question_.operator_);
    std::set<std::string> glns;
    absl::Status refused = absl::UnknownError("");
    for (const genealogy::Place& place : places) {
      glns.insert(place.gln);
      if (!refused.ok()) refused = call_.RequireRegion(place.region);
    }
    RETURN_IF_ERROR(refused);
    Found found = EventsAt(graph_, view_, PlacesWith(graph_, glns), question_.period,
                           question_.max_events + 1, until_);
    if (found.out_of_time) Stop("budget_ms");
    return std::move(found.events);
  }

  absl::Status Add(EventIndex index) {
    ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, index));
    if (!stored) return absl::DataLossError("capture_event has lost a row");
    const Event& event = stored->event;
    out_.set_events(out_.events() + 1);
    tally_.NoteStep(event.biz_step);
    // It does not say what came out.
    const bool emptied = event.type == EventType::kAggregation && event.action == Action::kDelete &&
                         !HasRole(event, Role::kChild);
    if (emptied && question_.subject == Subject::kOperator) tally_.AddUnstated(index);
    for (const Link& link : event.links) AddLink(event, link, index);
    return absl::OkStatus();
  }

  void AddLink(const Event& event, const Link& link, EventIndex index) {
    const bool of_process = question_.subject == Subject::kProcess;
    if (question_.subject == Subject::kLot && link.epc != question_.lot) return;
    const std::optional<Side> side =
        of_process ? SideOfProcess(link) : SideOfGoods(tally_.rule(), event, link);
    if (!side) return;
    if (of_process && *side == Side::kOut) tally_.NoteGoods(link.epc);
    tally_.Add(*side, link, index);
  }

  absl::Status Judge() {
    const Yield* const yield = tally_.YieldFor(question_.subject);
    // The policy is checked when it is loaded: the last yield of each subject takes all.
    if (yield == nullptr) return absl::DataLossError("a yield rule is missing");
    judgement::Fill(out_.complete() ? tally_.Judge(*yield) : tally_.Unjudged(), &out_);
    *out_.mutable_rule() = judgement::ToProto(*yield);
    out_.set_unstated_count(static_cast<int64_t>(tally_.unstated().size()));
    for (const int64_t event : tally_.unstated()) {
      if (out_.unstated_events_size() == static_cast<int>(limits::kListedMax)) break;
      ASSIGN_OR_RETURN(*out_.add_unstated_events(), capture::NameOfEvent(tx_, event));
    }
    for (const std::string& uom : tally_.unknown_units()) {
      if (out_.unknown_uoms_size() == static_cast<int>(limits::kListedMax)) break;
      out_.add_unknown_uoms(uom);
    }
    return absl::OkStatus();
  }

  void Stop(const char* by) {
    out_.set_complete(false);
    out_.set_stopped_by(by);
  }

  const Graph& graph_;
  const rpc::Call& call_;
  store::ReadTx& tx_;
  const BalanceQuestion& question_;
  const View view_;
  Tally tally_;
  v1::CheckBalanceResponse& out_;
  const absl::Time until_ = absl::Now() + limits::kBalanceTime;
};

absl::Status AnswerBalance(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                           const v1::CheckBalanceRequest& in, store::ReadTx& tx,
                           v1::CheckBalanceResponse* out) {
  ASSIGN_OR_RETURN(const BalanceQuestion question, judgement::ToQuestion(in));
  ASSIGN_OR_RETURN(const auto policy, edge.policies().InForce<policy::v1::JudgementRule>(
                                          tx, judgement::kPolicy, ToDate(call.now())));
  const BalanceRule rule = judgement::ToRule(policy.policy());
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    return BalanceAnswer(graph, call, tx, question, rule, out).Draw();
  }));
  out->mutable_rule()->set_policy(policy.id);
  out->mutable_rule()->set_policy_revision(policy.revision);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* JudgementService::CheckBalance(grpc::CallbackServerContext* context,
                                                         const v1::CheckBalanceRequest* in,
                                                         v1::CheckBalanceResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::CheckBalanceRequest& in,
                                   store::ReadTx& tx, v1::CheckBalanceResponse* out) {
                              return AnswerBalance(edge_, graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
