#include "services/trace/judgement/service_expiry.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/system.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/policy/registry.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/page.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/convert_expiry.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/presence.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/store.h"

namespace shian::trace {
namespace {

using judgement::ExpiryCut;
using judgement::ExpiryKey;
using judgement::ExpiryQuestion;
using judgement::StatedExpiry;
using Group = std::vector<StatedExpiry>;  // what several events state alike

// One page of the list, being filled.
class ExpiryAnswer {
 public:
  ExpiryAnswer(const Graph& graph, const rpc::Call& call, store::ReadTx& tx,
               const ExpiryQuestion& question, const policy::v1::JudgementRule& policy,
               ExpiryCut cut, int page_size, v1::ListExpiringResponse* out)
      : graph_(graph),
        call_(call),
        tx_(tx),
        question_(question),
        rule_(judgement::ToRule(policy)),
        near_(judgement::ToNearRules(policy)),
        cut_(std::move(cut)),
        page_size_(page_size),
        out_(*out) {}

  // Whether there may be more after cut().
  absl::StatusOr<bool> Fill() {
    while (true) {
      ASSIGN_OR_RETURN(std::vector<StatedExpiry> stated,
                       judgement::ListExpiries(tx_, question_.first, question_.last, cut_.after,
                                               limits::kExpiryStep));
      const bool last = stated.size() < static_cast<size_t>(limits::kExpiryStep);
      std::vector<Group> groups = ToGroups(std::move(stated));
      // The last one may go on in the next step.
      if (!last && groups.size() > 1) groups.pop_back();
      for (const Group& group : groups) {
        if (IsFull()) return true;
        RETURN_IF_ERROR(Add(group));
      }
      if (last) return false;
    }
  }
  const ExpiryCut& cut() const { return cut_; }

 private:
  static std::vector<Group> ToGroups(std::vector<StatedExpiry> stated) {
    std::vector<Group> groups;
    for (StatedExpiry& each : stated) {
      const Expiry& one = each.expiry;
      const bool alike = !groups.empty() && groups.back().front().expiry.day == one.day &&
                         groups.back().front().expiry.epc == one.epc &&
                         groups.back().front().expiry.kind == one.kind;
      if (!alike) groups.emplace_back();
      groups.back().push_back(std::move(each));
    }
    return groups;
  }

  bool IsFull() const {
    return out_.lots_size() >= page_size_ || out_.looked_at() >= limits::kExpiryLookedAtMax ||
           (out_.looked_at() > 0 && absl::Now() > until_);
  }

  absl::Status Add(const Group& group) {
    out_.set_looked_at(out_.looked_at() + 1);
    cut_.after = judgement::KeyOf(group.front().expiry);
    for (const StatedExpiry& each : group) {
      const auto event = static_cast<EventIndex>(each.sequence);
      if (!graph_.Visible(event, View{cut_.upto}) || graph_.EventAt(event).time > as_of_) continue;
      return AddLot(each);
    }
    return absl::OkStatus();
  }

  absl::Status AddLot(const StatedExpiry& stated) {
    const std::string& epc = stated.expiry.epc;
    const NodeId lot = graph_.Find(epc);
    if (lot == kNone) return absl::OkStatus();
    std::vector<v1::Sighting> places;
    for (const Standing& standing : StandingsOf(graph_, View{cut_.upto}, lot, as_of_)) {
      if (places.size() == limits::kExpiryPlacesMax) break;
      v1::Sighting there;
      ASSIGN_OR_RETURN(const bool asked, Tell(standing, &there));
      if (!asked) continue;
      ASSIGN_OR_RETURN(const bool gone, IsGone(lot, epc, standing.place));
      if (!gone) places.push_back(std::move(there));
    }
    if (places.empty()) return absl::OkStatus();
    const Date made =
        ToDate(FromMicros(graph_.EventAt(static_cast<EventIndex>(stated.sequence)).time));
    v1::ExpiringLot& out = *out_.add_lots();
    out = judgement::ToProto(stated.expiry,
                             FreshnessOf(near_, made, stated.expiry.day, question_.as_of));
    out.set_epc_kind(capture::ToProto(graph_.KindOf(lot)));
    ASSIGN_OR_RETURN(*out.mutable_event(), capture::NameOfEvent(tx_, stated.sequence));
    for (v1::Sighting& place : places) *out.add_places() = std::move(place);
    call_.NoteResource(epc);
    return absl::OkStatus();
  }

  // False when the place is none that was asked about.
  absl::StatusOr<bool> Tell(const Standing& standing, v1::Sighting* out) {
    ASSIGN_OR_RETURN(const std::string region, genealogy::RegionAt(tx_, standing.place));
    if (region.empty() || !auth::RegionCovers(question_.region, region)) return false;
    ASSIGN_OR_RETURN(*out->mutable_operator_(), genealogy::OperatorAt(tx_, standing.place));
    out->set_place(standing.place);
    *out->mutable_first_time() = rpc::ToProto(FromMicros(standing.first));
    *out->mutable_last_time() = rpc::ToProto(FromMicros(standing.last));
    return question_.operator_.empty() || question_.operator_ == out->operator_();
  }

  // Whether all that came to the place is known to have gone again.
  absl::StatusOr<bool> IsGone(NodeId lot, const std::string& epc, const std::string& place) {
    const View view{cut_.upto};
    if (!EmptyingsOfLot(graph_, view, lot).empty()) return false;
    const std::string key = PlaceKey(place);
    Stock stock(rule_);
    int looked_at = 0;
    for (const EventIndex event : EventsOfLot(graph_, view, lot)) {
      const EventRow& row = graph_.EventAt(event);
      if (row.time > as_of_ || PlaceKey(graph_.PlaceName(row.place)) != key) continue;
      if (++looked_at > limits::kStockEventsMax) return false;
      ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
      if (!stored) return absl::DataLossError("capture_event has lost a row");
      stock.Add(stored->event, epc);
    }
    return stock.AllGone();
  }

  const Graph& graph_;
  const rpc::Call& call_;
  store::ReadTx& tx_;
  const ExpiryQuestion& question_;
  const BalanceRule rule_;
  const std::vector<NearRule> near_;
  ExpiryCut cut_;
  const int page_size_;
  v1::ListExpiringResponse& out_;
  const int64_t as_of_ = ToMicros(EndOfDay(question_.as_of));
  const absl::Time until_ = absl::Now() + limits::kExpiryTime;
};

absl::Status AnswerExpiring(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                            const v1::ListExpiringRequest& in, store::ReadTx& tx,
                            v1::ListExpiringResponse* out) {
  ASSIGN_OR_RETURN(ExpiryQuestion question, judgement::ToQuestion(in, call.now()));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  if (question.region.empty()) question.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(question.region));
  ASSIGN_OR_RETURN(const auto policy, edge.policies().InForce<policy::v1::JudgementRule>(
                                          tx, judgement::kPolicy, ToDate(call.now())));
  out->set_policy(policy.id);
  out->set_policy_revision(policy.revision);
  ASSIGN_OR_RETURN(const int64_t indexed_to, judgement::IndexedTo(tx));
  out->set_indexed_to(indexed_to);
  return live.Read(tx, [&](const Graph& graph) -> absl::Status {
    ExpiryCut cut{genealogy::ViewAt(graph, question.known_at).upto, {}};
    if (!page.after.empty()) {
      ASSIGN_OR_RETURN(cut, judgement::ToCut(page.after));
    }
    ExpiryAnswer answer(graph, call, tx, question, policy.policy(), std::move(cut), page.size, out);
    ASSIGN_OR_RETURN(const bool more, answer.Fill());
    if (more) {
      out->set_next_page_token(rpc::NextPage(page, judgement::ToText(answer.cut()), call.now()));
    }
    return absl::OkStatus();
  });
}

// What the events of a run of the order of capture state.
struct IndexStep {
  int64_t after = 0, last = 0;
  bool more = false;
  std::vector<StatedExpiry> stated;
};

absl::StatusOr<IndexStep> ReadStep(store::ReadTx& tx) {
  IndexStep step;
  ASSIGN_OR_RETURN(step.after, judgement::IndexedTo(tx));
  ASSIGN_OR_RETURN(const int64_t captured, capture::LastSequence(tx));
  step.last = std::min(captured, step.after + limits::kIndexRun);
  step.more = step.last < captured;
  if (step.last == step.after) return step;
  ASSIGN_OR_RETURN(const auto events, capture::ListWithMember(tx, "ilmd", step.after, step.last,
                                                              limits::kIndexEvents));
  const bool all_read = events.size() < static_cast<size_t>(limits::kIndexEvents);
  for (const capture::StoredEvent& event : events) {
    for (Expiry& expiry : ExpiriesOf(event.event)) {
      step.stated.push_back({std::move(expiry), event.sequence});
    }
    const bool last = event.sequence == events.back().sequence;
    if ((last && all_read) || (!last && step.stated.size() < limits::kIndexRows)) continue;
    step.last = event.sequence;
    step.more = true;
    break;
  }
  return step;
}

// A step that another process took meanwhile is left alone.
absl::Status WriteStep(store::WriteTx& tx, const IndexStep& step) {
  ASSIGN_OR_RETURN(const int64_t indexed_to, judgement::IndexedTo(tx));
  if (indexed_to != step.after) return absl::OkStatus();
  RETURN_IF_ERROR(judgement::PutExpiries(tx, step.stated));
  return judgement::SetIndexedTo(tx, step.last);
}

}  // namespace

absl::Status IndexExpiries(rpc::Edge& edge, absl::Time now) {
  IndexStep step;
  step.more = true;
  for (int i = 0; step.more && i < limits::kIndexStepsMax; ++i) {
    RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(step, ReadStep(tx));
      return absl::OkStatus();
    }));
    if (step.last == step.after) return absl::OkStatus();
    store::WriteContext context;
    context.now = now;
    RETURN_IF_ERROR(edge.store()
                        .WriteAndWait(context,
                                      [step](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                                        RETURN_IF_ERROR(WriteStep(tx, step));
                                        return std::string();
                                      })
                        .status());
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* JudgementService::ListExpiring(grpc::CallbackServerContext* context,
                                                         const v1::ListExpiringRequest* in,
                                                         v1::ListExpiringResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::ListExpiringRequest& in,
                                   store::ReadTx& tx, v1::ListExpiringResponse* out) {
                              return AnswerExpiring(edge_, graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
