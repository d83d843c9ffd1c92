#include "services/trace/judgement/service.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/drawing.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_place.h"
#include "services/trace/judgement/service_process.h"
#include "services/trace/judgement/service_rule.h"

namespace shian::trace {
namespace {

using judgement::BalanceQuestion;

// What a question is answered from.
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
        drawing_(rule, question.subject, question.lot),
        out_(*out) {}

  absl::Status Draw() {
    ASSIGN_OR_RETURN(const Evidence events, FindEvents());
    RETURN_IF_ERROR(drawing_.Add(events, question_.max_events, until_,
                                 [this](EventIndex event) { return Read(event); }));
    return Tell();
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
    drawing_.AddEmptyings(EmptyingsOfLot(graph_, view_, lot));
    return events;
  }

  absl::StatusOr<Evidence> FindOperatorEvents() {
    ASSIGN_OR_RETURN(const auto glns, judgement::OpenOperator(call_, tx_, question_.operator_));
    Found found = EventsAt(graph_, view_, PlacesWith(graph_, glns), question_.period,
                           question_.max_events + 1, until_);
    if (found.out_of_time) drawing_.Stop("budget_ms");
    return std::move(found.events);
  }

  absl::StatusOr<const Event*> Read(EventIndex event) {
    ASSIGN_OR_RETURN(last_read_, capture::EventAt(tx_, event));
    if (!last_read_) return absl::DataLossError("capture_event has lost a row");
    return &last_read_->event;
  }

  absl::Status Tell() {
    const Yield* const yield = drawing_.yield();
    // The policy is checked when it is loaded: the last yield of each subject takes all.
    if (yield == nullptr) return absl::DataLossError("a yield rule is missing");
    const Tally& tally = drawing_.tally();
    judgement::Fill(drawing_.Judge(*yield), &out_);
    *out_.mutable_rule() = judgement::ToProto(*yield);
    out_.set_events(drawing_.events());
    out_.set_complete(drawing_.stopped_by().empty());
    out_.set_stopped_by(drawing_.stopped_by());
    out_.set_event_sequence(view_.upto);
    out_.set_unstated_count(static_cast<int64_t>(tally.unstated().size()));
    for (const int64_t event : tally.unstated()) {
      if (out_.unstated_events_size() == static_cast<int>(limits::kListedMax)) break;
      ASSIGN_OR_RETURN(*out_.add_unstated_events(), capture::NameOfEvent(tx_, event));
    }
    for (const std::string& uom : tally.unknown_units()) {
      if (out_.unknown_uoms_size() == static_cast<int>(limits::kListedMax)) break;
      out_.add_unknown_uoms(uom);
    }
    return absl::OkStatus();
  }

  const Graph& graph_;
  const rpc::Call& call_;
  store::ReadTx& tx_;
  const BalanceQuestion& question_;
  const View view_;
  Drawing drawing_;
  v1::CheckBalanceResponse& out_;
  std::optional<capture::StoredEvent> last_read_;
  const absl::Time until_ = absl::Now() + limits::kBalanceTime;
};

absl::Status AnswerBalance(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                           const v1::CheckBalanceRequest& in, store::ReadTx& tx,
                           v1::CheckBalanceResponse* out) {
  ASSIGN_OR_RETURN(const BalanceQuestion question, judgement::ToQuestion(in));
  ASSIGN_OR_RETURN(const auto policy,
                   judgement::BalancePolicyOn(edge.policies(), tx, ToDate(call.now())));
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    return BalanceAnswer(graph, call, tx, question, policy.rule, out).Draw();
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
