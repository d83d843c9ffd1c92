#include "services/sanction/listing/service_nomination.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/listing/convert_nomination.h"
#include "services/sanction/listing/limits.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/listing/store_nomination.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;
using Need = Reader::Need;

const char* TitleOf(NominationAct act) {
  switch (act) {
    case NominationAct::kProposed:
      return "提出拟列入";
    case NominationAct::kReviewed:
      return "审核";
    case NominationAct::kNotified:
      return "拟列入告知";
    case NominationAct::kObjected:
      return "异议登记";
    case NominationAct::kGranted:
    case NominationAct::kRefused:
      return "列入决定";
  }
  return "";
}

NominationEvent EventBy(const rpc::Call& call, absl::Time now, NominationAct act) {
  NominationEvent event;
  event.act = act;
  event.time = now;
  event.recorded = now;
  event.actor = convert::ToActor(call.officer());
  return event;
}

}  // namespace

struct NominationService::Proposal {
  Nomination nomination;
  std::string text;
  std::vector<Document> documents;
};

struct NominationService::Order {
  NominationAct act = NominationAct::kReviewed;
  convert::MatterName name;
  std::string etag;
  std::string text;
  std::vector<Document> documents;
};

absl::StatusOr<Nomination> NominationService::Open(store::ReadTx& tx, const rpc::Call& call,
                                                   const convert::MatterName& name,
                                                   absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Nomination> found,
                   FindNomination(tx, name.op, NominationId(name.id)));
  if (!found) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/nominations/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &*found));
  return *std::move(found);
}

absl::StatusOr<v1::Nomination> NominationService::Show(store::ReadTx& tx, const rpc::Call& call,
                                                       Nomination nomination) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &nomination));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, nomination.op));
  return convert::ToProto(nomination, {party, tx.origin(), std::string(call.locale())});
}

template <class Out, class Act>
rpc::Body<Out> NominationService::BodyOf(const rpc::Call& call, OperatorId op,
                                         std::vector<Document> missing, Act act) const {
  return rpc::Body<Out>([=, this, &call](store::WriteTx& tx) -> absl::StatusOr<Out> {
    RETURN_IF_ERROR(acts_.CheckIssued(tx, op, missing));
    ASSIGN_OR_RETURN(Nomination nomination, act(tx));
    Out reply;
    ASSIGN_OR_RETURN(*reply.mutable_nomination(), Show(tx, call, std::move(nomination)));
    return reply;
  });
}

// ---- Proposal
// ---------------------------------------------------------------------------------------

// An edition that is out takes nobody in, and none takes more than one act can publish.
absl::Status NominationService::CheckRoom(store::ReadTx& tx, const Nomination& nomination) const {
  if (!nomination.edition) return absl::OkStatus();
  const Edition edition = {nomination.organisation, nomination.list, *nomination.edition};
  ASSIGN_OR_RETURN(const bool out, IsOut(tx, edition));
  if (out) return Refuse(Reason::kListingAlreadyPublished, {}, nomination.basis);
  ASSIGN_OR_RETURN(const std::vector<Nomination> others, NominationsOfEdition(tx, edition));
  if (others.size() < limits::kEditionEntriesMax) return absl::OkStatus();
  return errors::InvalidField("edition_date",
                              {absl::StrCat("is full: ", limits::kEditionEntriesMax),
                               absl::StrCat("该期已满", limits::kEditionEntriesMax, "家")});
}

absl::StatusOr<Nomination> NominationService::Propose(store::WriteTx& tx, const rpc::Call& call,
                                                      const Proposal& proposal) const {
  Nomination nomination = proposal.nomination;
  const Date today = ToDate(tx.now());
  ASSIGN_OR_RETURN(const auto policy, edge_.policies().InForce<policy::v1::ListRule>(
                                          tx, convert::ListRuleId(nomination.list), today));
  const ListingRule rule =
      convert::ToListingRule(policy.policy(), policy.revision, nomination.region);
  RETURN_IF_ERROR(CheckNominated(rule, nomination.ground, nomination.edition, today));
  ASSIGN_OR_RETURN(const ListStep step, ListStepOf(tx, edge_.policies(), rule, today,
                                                   ChainAct(NominationAct::kProposed)));
  RETURN_IF_ERROR(CheckOfficer(step, {}, nomination.region, call));
  ASSIGN_OR_RETURN(const auto party, FindParty(tx, nomination.op));
  if (!party) return Refuse(Reason::kPartyUnknown, {{"operator", nomination.op.value()}});
  nomination.id = NominationId(tx.NewId());
  nomination.organisation = call.officer().organisation;
  nomination.ground_title = FindGround(rule, nomination.ground)->title;
  nomination.basis = FindGround(rule, nomination.ground)->basis;
  nomination.rule_revision = rule.revision;
  RETURN_IF_ERROR(CheckRoom(tx, nomination));
  NominationEvent proposed = EventBy(call, tx.now(), NominationAct::kProposed);
  proposed.sequence = 1;
  proposed.text = proposal.text;
  proposed.documents = proposal.documents;
  proposed.chain_revision = step.chain.revision;
  nomination.events.push_back(std::move(proposed));
  RETURN_IF_ERROR(InsertNomination(tx, nomination));
  return nomination;
}

NominationService::Reactor* NominationService::ProposeNomination(
    Context* context, const v1::ProposeNominationRequest* in, v1::ProposeNominationResponse* out) {
  using Out = v1::ProposeNominationResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Proposal proposal;
        Nomination& nomination = proposal.nomination;
        nomination.op = reader.Operator("operator", request.operator_(), Need::kRequired);
        nomination.region = reader.Region("region", request.region(), Need::kRequired);
        nomination.list = convert::ToList(request.list(), &reader);
        nomination.ground =
            reader.Line("ground", request.ground(), limits::kNumberCodePointsMax, Need::kRequired);
        nomination.edition = convert::ToDay("edition_date", request.has_edition_date(),
                                            request.edition_date(), &reader);
        proposal.text =
            reader.Text("text", request.text(), limits::kTextCodePointsMax, Need::kRequired);
        proposal.documents = reader.Documents(request.documents());
        RETURN_IF_ERROR(reader.ToStatus());
        RETURN_IF_ERROR(call.RequireRegion(nomination.region));
        ASSIGN_OR_RETURN(auto missing, acts_.NotUploaded(proposal.documents));
        return BodyOf<Out>(
            call, nomination.op, std::move(missing),
            [this, &call, proposal](store::WriteTx& tx) { return Propose(tx, call, proposal); });
      });
}

// ---- Acts
// -------------------------------------------------------------------------------------------

// The entry that a granted nomination becomes; it has no effect before its publication.
absl::Status NominationService::MakeEntry(store::WriteTx& tx, const ListingRule& rule,
                                          const NominationEvent& granted,
                                          Nomination* nomination) const {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, nomination->op));
  if (StandsAlready(entries, *nomination, tx.now())) {
    return Refuse(Reason::kListingAlreadyDecided, {}, nomination->basis);
  }
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  Entry entry;
  entry.op = nomination->op;
  entry.id = EntryId(tx.NewId());
  entry.nomination = nomination->id;
  entry.region = nomination->region;
  entry.organisation = nomination->organisation;
  entry.list = nomination->list;
  entry.ground = nomination->ground;
  entry.ground_title = nomination->ground_title;
  entry.basis = nomination->basis;
  entry.rule_revision = nomination->rule_revision;
  entry.edition = nomination->edition;
  entry.joint_effect = rule.joint_effect;
  entry.until = LastDayOf(rule, *calendar, nomination->edition, tx.now());
  EntryEvent decided;
  decided.sequence = 1;
  decided.time = granted.time;
  decided.recorded = granted.recorded;
  decided.actor = granted.actor;
  decided.text = granted.text;
  decided.documents = granted.documents;
  decided.chain_revision = granted.chain_revision;
  if (!rule.publish_clock.empty()) {
    ASSIGN_OR_RETURN(
        StartedClock publish,
        convert::StartClock(tx, edge_.policies(), rule.publish_clock, ToDate(tx.now())));
    decided.clocks = {std::move(publish)};
  }
  entry.events.push_back(std::move(decided));
  RETURN_IF_ERROR(InsertEntry(tx, entry));
  nomination->entry = entry.id;
  return absl::OkStatus();
}

absl::StatusOr<Nomination> NominationService::Take(store::WriteTx& tx, const rpc::Call& call,
                                                   const Order& order) const {
  ASSIGN_OR_RETURN(Nomination nomination, Open(tx, call, order.name, order.etag));
  ASSIGN_OR_RETURN(const auto policy,
                   edge_.policies().OfRevision<policy::v1::ListRule>(tx, nomination.rule_revision));
  const ListingRule rule =
      convert::ToListingRule(policy.policy(), policy.revision, nomination.region);
  const Date proposed = ToDate(nomination.events.front().time);
  ASSIGN_OR_RETURN(const ListStep step,
                   ListStepOf(tx, edge_.policies(), rule, proposed, ChainAct(order.act)));
  RETURN_IF_ERROR(
      CheckNominationAct(nomination, rule, {order.act, tx.now(), step.basis, TitleOf(order.act)}));
  RETURN_IF_ERROR(CheckOfficer(step, StepsOf(nomination, nullptr), nomination.region, call));
  NominationEvent event = EventBy(call, tx.now(), order.act);
  event.sequence = static_cast<int>(nomination.events.size()) + 1;
  event.text = order.text;
  event.documents = order.documents;
  event.chain_revision = step.chain.revision;
  if (order.act == NominationAct::kNotified) {
    ASSIGN_OR_RETURN(
        StartedClock window,
        convert::StartClock(tx, edge_.policies(), rule.objection_clock, ToDate(tx.now())));
    event.clocks = {std::move(window)};
  }
  if (order.act == NominationAct::kGranted) {
    RETURN_IF_ERROR(MakeEntry(tx, rule, event, &nomination));
  }
  nomination.events.push_back(std::move(event));
  RETURN_IF_ERROR(AppendNominationEvent(tx, nomination, nomination.events.back()));
  return nomination;
}

template <class In, class Out>
NominationService::Reactor* NominationService::TakeAct(Context* context, const In* in, Out* out,
                                                       NominationAct act) {
  return edge_.Write(
      context, in, out,
      [this, act](const rpc::Call& call, const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Order order;
        order.act = act;
        order.name = reader.Matter("name", request.name(), "nominations");
        order.etag = request.etag();
        order.text =
            reader.Text("text", request.text(), limits::kTextCodePointsMax, Need::kRequired);
        order.documents = reader.Documents(request.documents());
        if constexpr (requires { request.granted(); }) {
          if (!request.has_granted()) reader.Wrong("granted", {"is required", "不能为空"});
          if (!request.granted()) order.act = NominationAct::kRefused;
        }
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(auto missing, acts_.NotUploaded(order.documents));
        return BodyOf<Out>(
            call, order.name.op, std::move(missing),
            [this, &call, order](store::WriteTx& tx) { return Take(tx, call, order); });
      });
}

NominationService::Reactor* NominationService::ReviewNomination(
    Context* context, const v1::ReviewNominationRequest* in, v1::ReviewNominationResponse* out) {
  return TakeAct(context, in, out, NominationAct::kReviewed);
}

NominationService::Reactor* NominationService::NotifyNomination(
    Context* context, const v1::NotifyNominationRequest* in, v1::NotifyNominationResponse* out) {
  return TakeAct(context, in, out, NominationAct::kNotified);
}

NominationService::Reactor* NominationService::RecordObjection(Context* context,
                                                               const v1::RecordObjectionRequest* in,
                                                               v1::RecordObjectionResponse* out) {
  return TakeAct(context, in, out, NominationAct::kObjected);
}

NominationService::Reactor* NominationService::DecideNomination(
    Context* context, const v1::DecideNominationRequest* in, v1::DecideNominationResponse* out) {
  return TakeAct(context, in, out, NominationAct::kGranted);
}

// ---- Reads
// ------------------------------------------------------------------------------------------

NominationService::Reactor* NominationService::GetNomination(Context* context,
                                                             const v1::GetNominationRequest* in,
                                                             v1::GetNominationResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetNominationRequest& in, store::ReadTx& tx,
             v1::GetNominationResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "nominations");
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(Nomination nomination, Open(tx, call, name, ""));
        call.NoteResource(nomination.name());
        ASSIGN_OR_RETURN(*out->mutable_nomination(), Show(tx, call, std::move(nomination)));
        return absl::OkStatus();
      });
}

NominationService::Reactor* NominationService::ListNominations(Context* context,
                                                               const v1::ListNominationsRequest* in,
                                                               v1::ListNominationsResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::ListNominationsRequest& in,
                           store::ReadTx& tx, v1::ListNominationsResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
                      ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, in, page));
                      ASSIGN_OR_RETURN(const std::vector<Nomination> nominations,
                                       sanction::ListNominations(tx, query));
                      for (const Nomination& nomination : nominations) {
                        if (nomination.events.front().recorded > page.known_at) continue;
                        call.NoteResource(nomination.name());
                        ASSIGN_OR_RETURN(*out->add_nominations(), Show(tx, call, nomination));
                      }
                      if (static_cast<int>(nominations.size()) < page.size) return absl::OkStatus();
                      const Nomination& last = nominations.back();
                      out->set_next_page_token(
                          rpc::NextPage(page, PageKey(last.id.value(), last.op), call.now()));
                      return absl::OkStatus();
                    });
}

}  // namespace shian::sanction
