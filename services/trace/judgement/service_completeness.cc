#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "libs/auth/system.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/policy/registry.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/convert_completeness.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service.h"

namespace shian::trace {
namespace {

using judgement::CompletenessQuestion;

// One answer, being reckoned.
class CompletenessAnswer {
 public:
  CompletenessAnswer(const Graph& graph, const rpc::Call& call, store::ReadTx& tx,
                     const CompletenessQuestion& question, const policy::v1::JudgementRule& policy,
                     v1::GetCompletenessResponse* out)
      : graph_(graph),
        call_(call),
        tx_(tx),
        question_(question),
        view_(genealogy::ViewAt(graph, question.known_at)),
        rule_(judgement::ToRule(policy)),
        targets_(policy.completeness()),
        out_(*out) {}

  absl::Status Reckon() {
    out_.set_complete(true);
    out_.set_event_sequence(view_.upto);
    out_.set_target_source_zh(targets_.source_zh());
    out_.set_target_mark(targets_.mark());
    RETURN_IF_ERROR(FindPlaces());
    std::set<std::string> glns;
    for (const auto& [gln, operators] : operators_at_) glns.insert(gln);
    const auto places = PlacesWith(graph_, glns);
    const Found found =
        EventsAt(graph_, view_, places, question_.period, limits::kCompletenessScanMax + 1, until_);
    if (found.out_of_time) return Stop("budget_ms");
    if (found.events.size() > limits::kCompletenessScanMax) return Stop("max_events");
    out_.set_events(static_cast<int64_t>(found.events.size()));
    ReckonSubjects(found.events);
    return ReckonItems(found.events);
  }

 private:
  absl::Status FindPlaces() {
    for (const std::string& name : question_.operators) {
      call_.NoteResource(name);
      ASSIGN_OR_RETURN(const auto places, genealogy::PlacesOf(tx_, name));
      for (const genealogy::Place& place : places) {
        if (!auth::RegionCovers(question_.region, place.region)) continue;
        operators_at_[place.gln].insert(name);
      }
    }
    return absl::OkStatus();
  }

  void ReckonSubjects(const Evidence& events) {
    std::set<uint32_t> places;
    for (const EventIndex event : events) places.insert(graph_.EventAt(event).place);
    std::set<std::string> heard;
    for (const uint32_t place : places) {
      const auto found = operators_at_.find(GlnOf(graph_.PlaceName(place)));
      if (found != operators_at_.end()) heard.insert(found->second.begin(), found->second.end());
    }
    Share share;
    share.total = static_cast<int64_t>(question_.operators.size());
    share.complete = static_cast<int64_t>(heard.size());
    for (const std::string& name : question_.operators) {
      if (!heard.contains(name)) share.missing.push_back(name);
    }
    *out_.mutable_subjects() = judgement::ToProto(share, targets_.subject_ppm());
  }

  absl::Status ReckonItems(const Evidence& events) {
    if (events.size() > limits::kCompletenessEventsMax) return Stop("max_events");
    LotMoves moves(rule_, question_.gtin_prefixes);
    for (const EventIndex event : events) {
      if (absl::Now() > until_) return Stop("budget_ms");
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      moves.Add(stored->event);
    }
    *out_.mutable_items() = judgement::ToProto(moves.ToShare(), targets_.item_ppm());
    return absl::OkStatus();
  }

  absl::Status Stop(const char* by) {
    out_.set_complete(false);
    out_.set_stopped_by(by);
    return absl::OkStatus();
  }

  const Graph& graph_;
  const rpc::Call& call_;
  store::ReadTx& tx_;
  const CompletenessQuestion& question_;
  const View view_;
  const BalanceRule rule_;
  const policy::v1::CompletenessTarget& targets_;
  v1::GetCompletenessResponse& out_;
  std::map<std::string, std::set<std::string>> operators_at_;  // by GLN
  const absl::Time until_ = absl::Now() + limits::kBalanceTime;
};

absl::Status AnswerCompleteness(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                                const v1::GetCompletenessRequest& in, store::ReadTx& tx,
                                v1::GetCompletenessResponse* out) {
  ASSIGN_OR_RETURN(CompletenessQuestion question, judgement::ToQuestion(in));
  if (question.region.empty()) question.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(question.region));
  ASSIGN_OR_RETURN(const auto policy, edge.policies().InForce<policy::v1::JudgementRule>(
                                          tx, judgement::kPolicy, ToDate(call.now())));
  out->set_policy(policy.id);
  out->set_policy_revision(policy.revision);
  return live.Read(tx, [&](const Graph& graph) {
    return CompletenessAnswer(graph, call, tx, question, policy.policy(), out).Reckon();
  });
}

}  // namespace

grpc::ServerUnaryReactor* JudgementService::GetCompleteness(grpc::CallbackServerContext* context,
                                                            const v1::GetCompletenessRequest* in,
                                                            v1::GetCompletenessResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::GetCompletenessRequest& in,
                                   store::ReadTx& tx, v1::GetCompletenessResponse* out) {
                              return AnswerCompleteness(edge_, graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
