#include "services/sanction/match/service.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/match/limits.h"
#include "services/sanction/match/store.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

// The person: by the officer's token, or as the calling system names its user.
template <class In>
DecisionEvent ByCaller(const rpc::Call& call, const In& in, Reader* reader) {
  DecisionEvent event;
  event.system = call.system().id;
  event.reason = reader->Text("reason", in.reason(), limits::kReasonCodePointsMax, Need::kRequired);
  event.user = reader->Line("user", in.user(), limits::kUserCodePointsMax,
                            call.has_officer() ? Need::kOptional : Need::kRequired);
  if (!call.has_officer()) return event;
  event.officer = convert::ToActor(call.officer());
  if (!event.user.empty()) {
    reader->Wrong("user", {"must be empty beside an officer's token", "已有执法人员令牌，应为空"});
  }
  return event;
}

// A party that is not listed now is nobody's match.
absl::StatusOr<NamedParty> ListedParty(store::ReadTx& tx, const OperatorId& op, absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, op));
  const bool listed = std::any_of(entries.begin(), entries.end(), [now](const Entry& entry) {
    return StateAt(entry, now) == EntryState::kInForce;
  });
  if (!listed) return errors::NotFound("operators/" + op.value());
  return PartyWithNames(tx, op);
}

names::Band NearestBand(const Subject& subject, const NamedParty& party) {
  const names::Name asked = names::Parse(subject.name);
  std::vector<names::Name> parsed;
  for (const std::string& name : party.names) parsed.push_back(names::Parse(name));
  return NearestOf(asked.View(), parsed.size(), [&](size_t i) { return parsed[i].View(); })
      .verdict.band;
}

}  // namespace

struct MatchService::Order {
  OperatorId op;
  Subject subject;
  DecisionEvent event;
  std::string etag;
};

absl::StatusOr<MatchDecision> MatchService::Open(store::ReadTx& tx, const rpc::Call& call,
                                                 const convert::MatterName& name) const {
  ASSIGN_OR_RETURN(std::optional<MatchDecision> found,
                   FindDecision(tx, name.op, DecisionId(name.id)));
  if (!found || found->organisation != call.system().organisation) {
    return errors::NotFound("operators/" + name.op.value() + "/decisions/" + name.id);
  }
  return *std::move(found);
}

absl::Status MatchService::Append(store::WriteTx& tx, DecisionEvent event,
                                  MatchDecision* decision) const {
  event.sequence = static_cast<int>(decision->events.size()) + 1;
  event.recorded = tx.now();
  decision->events.push_back(std::move(event));
  return AppendDecisionEvent(tx, *decision, decision->events.back());
}

absl::StatusOr<v1::MatchDecision> MatchService::Show(store::ReadTx& tx, const rpc::Call& call,
                                                     MatchDecision decision) const {
  RETURN_IF_ERROR(convert::FillPeriod(tx, edge_.policies(), &decision));
  ASSIGN_OR_RETURN(const NamedParty party, PartyWithNames(tx, decision.op));
  const Sides now = {decision.Decided().sides.subject, MaterialOf(party.party.code, party.names),
                     names::kMatcherVersion};
  call.NoteResource(decision.resource());
  return convert::ToProto(decision, StandingOf(decision, now, call.now()));
}

absl::StatusOr<MatchDecision> MatchService::Decide(store::WriteTx& tx, const rpc::Call& call,
                                                   const Order& order) const {
  ASSIGN_OR_RETURN(const NamedParty party, ListedParty(tx, order.op, tx.now()));
  RETURN_IF_ERROR(CheckDecide(CompareCodes(order.subject, party.party.code),
                              NearestBand(order.subject, party)));
  const Pair pair = {order.op, call.system().organisation, KeyOf(order.subject)};
  ASSIGN_OR_RETURN(std::optional<MatchDecision> decision, FindDecision(tx, pair));
  const std::string etag = decision ? decision->etag() : "";
  RETURN_IF_ERROR(convert::CheckEtag(order.etag, etag, "operators/" + order.op.value()));
  if (!decision) {
    decision.emplace();
    decision->op = order.op;
    decision->id = DecisionId(tx.NewId());
    decision->organisation = pair.organisation;
    decision->subject_key = pair.subject_key;
    RETURN_IF_ERROR(InsertDecision(tx, *decision));
  }
  DecisionEvent event = order.event;
  event.sides = {MaterialOf(order.subject), MaterialOf(party.party.code, party.names),
                 names::kMatcherVersion};
  ASSIGN_OR_RETURN(event.period,
                   convert::StartClock(tx, edge_.policies(), convert::PeriodOf(event.verdict),
                                       ToDate(tx.now())));
  RETURN_IF_ERROR(Append(tx, std::move(event), &*decision));
  return *std::move(decision);
}

MatchService::Reactor* MatchService::DecideMatch(Context* context, const v1::DecideMatchRequest* in,
                                                 v1::DecideMatchResponse* out) {
  using Out = v1::DecideMatchResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Order order;
        order.op = reader.Operator("operator", request.operator_(), Need::kRequired);
        order.subject = convert::ToNamedSubject(request.subject(), &reader);
        order.event = ByCaller(call, request, &reader);
        order.event.code =
            request.subject().code().empty() ? "" : order.subject.code + order.subject.organisation;
        order.event.name = order.subject.name;
        order.event.verdict = static_cast<MatchVerdict>(request.verdict());
        order.etag = request.etag();
        const bool known = request.verdict() != v1::MATCH_VERDICT_UNSPECIFIED &&
                           v1::MatchVerdict_IsValid(request.verdict());
        if (!known) reader.Wrong("verdict", {"is required", "不能为空"});
        RETURN_IF_ERROR(reader.ToStatus());
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(MatchDecision decision, Decide(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_decision(), Show(tx, call, std::move(decision)));
          return reply;
        });
      });
}

MatchService::Reactor* MatchService::WithdrawMatchDecision(
    Context* context, const v1::WithdrawMatchDecisionRequest* in,
    v1::WithdrawMatchDecisionResponse* out) {
  using Out = v1::WithdrawMatchDecisionResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", request.name(), "decisions");
        DecisionEvent event = ByCaller(call, request, &reader);
        event.act = DecisionAct::kWithdrawn;
        RETURN_IF_ERROR(reader.ToStatus());
        const std::string etag = request.etag();
        return rpc::Body<Out>(
            [this, &call, name, etag, event](store::WriteTx& tx) -> absl::StatusOr<Out> {
              ASSIGN_OR_RETURN(MatchDecision decision, Open(tx, call, name));
              RETURN_IF_ERROR(convert::CheckEtag(etag, decision.etag(), decision.resource()));
              RETURN_IF_ERROR(CheckWithdraw(decision));
              DecisionEvent withdrawn = event;
              withdrawn.verdict = decision.Decided().verdict;
              withdrawn.sides = decision.Decided().sides;
              RETURN_IF_ERROR(Append(tx, std::move(withdrawn), &decision));
              Out reply;
              ASSIGN_OR_RETURN(*reply.mutable_decision(), Show(tx, call, std::move(decision)));
              return reply;
            });
      });
}

MatchService::Reactor* MatchService::GetMatchDecision(Context* context,
                                                      const v1::GetMatchDecisionRequest* in,
                                                      v1::GetMatchDecisionResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetMatchDecisionRequest& in, store::ReadTx& tx,
             v1::GetMatchDecisionResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "decisions");
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(MatchDecision decision, Open(tx, call, name));
        ASSIGN_OR_RETURN(*out->mutable_decision(), Show(tx, call, std::move(decision)));
        return absl::OkStatus();
      });
}

MatchService::Reactor* MatchService::ListMatchDecisions(Context* context,
                                                        const v1::ListMatchDecisionsRequest* in,
                                                        v1::ListMatchDecisionsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListMatchDecisionsRequest& in, store::ReadTx& tx,
             v1::ListMatchDecisionsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        DecisionQuery query;
        query.organisation = call.system().organisation;
        query.op = reader.Operator("operator", in.operator_(), Need::kOptional);
        query.after = page.after;
        query.limit = page.size;
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const std::vector<MatchDecision> decisions, ListDecisions(tx, query));
        for (const MatchDecision& decision : decisions) {
          std::optional<MatchDecision> then = AsOf(decision, page.known_at);
          if (!then) continue;
          ASSIGN_OR_RETURN(*out->add_decisions(), Show(tx, call, *std::move(then)));
        }
        if (static_cast<int>(decisions.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(rpc::NextPage(page, decisions.back().id.value(), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
