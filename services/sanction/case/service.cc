#include "services/sanction/case/service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/rpc/page.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/store.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using errors::Reason;
using errors::Refuse;
using Need = Reader::Need;

// A number that another matter of the authority has.
absl::Status Taken(const absl::Status& status, Reason reason) {
  return absl::IsAlreadyExists(status) ? Refuse(reason) : status;
}

}  // namespace

// ---- Filing
// -----------------------------------------------------------------------------------------

absl::StatusOr<Case> CaseService::File(store::WriteTx& tx, const rpc::Call& call, Case c,
                                       const Party& stated) const {
  c.id = CaseId(tx.NewId());
  Event filed = std::move(c.events.front());
  c.events.clear();
  filed.time = tx.now();
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, Act::kFiled, tx.now()));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  ASSIGN_OR_RETURN(const auto party, FindParty(tx, c.op));
  if (!party) {
    if (stated.name.empty()) return Refuse(Reason::kPartyUnknown, {{"operator", c.op.value()}});
    RETURN_IF_ERROR(PutParty(tx, stated).status());
  }
  for (const LeadId& id : c.leads) {
    ASSIGN_OR_RETURN(const auto lead, FindLead(tx, c.op, id));
    const std::string name = "operators/" + c.op.value() + "/leads/" + id.value();
    if (!lead) return errors::NotFound(name);
    if (!lead->open()) {
      return Refuse(Reason::kLeadAlreadyFiled, {{"lead", name}}, permit.step.basis);
    }
    RETURN_IF_ERROR(TakeUp(tx, *lead, c.id));
  }
  RETURN_IF_ERROR(
      Taken(acts_.Record(tx, call, permit, std::move(filed), &c), Reason::kCaseNumberTaken));
  RETURN_IF_ERROR(Tell(tx, c, Act::kFiled));
  return c;
}

CaseService::Reactor* CaseService::FileCase(Context* context, const v1::FileCaseRequest* in,
                                            v1::FileCaseResponse* out) {
  using Out = v1::FileCaseResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        Case c;
        Party stated;
        convert::ToFiling(request, &reader, &c, &stated);
        RETURN_IF_ERROR(reader.ToStatus());
        RETURN_IF_ERROR(call.RequireRegion(c.region));
        ASSIGN_OR_RETURN(const std::vector<Document> not_uploaded,
                         acts_.NotUploaded(c.events.front().documents));
        c.organisation = call.officer().organisation;
        return rpc::Body<Out>(
            [this, &call, c, stated, not_uploaded](store::WriteTx& tx) -> absl::StatusOr<Out> {
              RETURN_IF_ERROR(acts_.CheckIssued(tx, c.op, not_uploaded));
              ASSIGN_OR_RETURN(const Case filed, File(tx, call, c, stated));
              Out reply;
              ASSIGN_OR_RETURN(*reply.mutable_case_(), acts_.Show(tx, call, filed, call.now()));
              return reply;
            });
      });
}

// ---- Acts
// -------------------------------------------------------------------------------------------

// Refused when policy does not publish such a penalty.
absl::StatusOr<Date> CaseService::LastPublicDay(store::ReadTx& tx, const Case& c,
                                                const Permit& permit) const {
  const Date decided = ToDate(c.Last(Act::kPenaltyDecided)->time);
  ASSIGN_OR_RETURN(const auto policy, edge_.policies().InForce<policy::v1::PublicityRule>(
                                          tx, convert::kPublicityRule, decided));
  const std::vector<PublicityClass> classes = convert::ToPublicityClasses(policy.policy());
  const PublicityClass* publicity = ClassOf(classes, *c.penalty());
  RETURN_IF_ERROR(CheckPublicity(publicity, permit.step));
  ASSIGN_OR_RETURN(const auto rule,
                   edge_.policies().RuleInForce(tx, publicity->clock, ToDate(permit.step.now)));
  ASSIGN_OR_RETURN(const auto calendar, edge_.policies().Calendar(tx));
  const absl::Time start =
      publicity->from_decision ? c.Last(Act::kPenaltyDecided)->time : permit.step.now;
  return PublicUntil(*calendar, start, rule.budget, BanEnd(c));
}

// What the act needs beyond what the request said; the last word of the domain.
absl::Status CaseService::Prepare(store::WriteTx& tx, const Case& c, const Permit& permit,
                                  ActOrder* order) const {
  Event& event = order->event;
  event.time = order->served.value_or(tx.now());
  if (order->served) RETURN_IF_ERROR(CheckServeTime(c, *order->served, tx.now()));
  if (order->act == Act::kPenaltyDecided) {
    RETURN_IF_ERROR(CheckPenalty(c, *event.penalty, permit.step));
    if (event.penalty->decision_number.empty()) {
      ASSIGN_OR_RETURN(event.penalty->decision_number, number_(tx, c.organisation));
    }
    ASSIGN_OR_RETURN(const auto rule, edge_.policies().InForce<policy::v1::ListRule>(
                                          tx, convert::kSeriousList, ToDate(tx.now())));
    event.penalty->heavier =
        IsHeavier(*event.penalty, convert::ToHeavierRule(rule.policy(), rule.revision));
    event.penalty->heavier_revision = rule.revision;
  }
  if (order->act == Act::kPenaltyPublished) {
    ASSIGN_OR_RETURN(event.until, LastPublicDay(tx, c, permit));
  }
  return absl::OkStatus();
}

absl::StatusOr<Case> CaseService::Take(store::WriteTx& tx, const rpc::Call& call,
                                       ActOrder order) const {
  ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, order.name, order.etag));
  RETURN_IF_ERROR(acts_.CheckIssued(tx, c.op, order.not_uploaded));
  ASSIGN_OR_RETURN(const Permit permit, acts_.PermitFor(tx, c, order.act, tx.now()));
  RETURN_IF_ERROR(CheckAct(c, permit.step));
  RETURN_IF_ERROR(acts_.CheckOfficer(permit, c, call));
  RETURN_IF_ERROR(Prepare(tx, c, permit, &order));
  RETURN_IF_ERROR(Taken(acts_.Record(tx, call, permit, std::move(order.event), &c),
                        Reason::kDecisionNumberTaken));
  RETURN_IF_ERROR(Tell(tx, c, order.act));
  return c;
}

// Tells other services and the public what the act made true.
absl::Status CaseService::Tell(store::WriteTx& tx, const Case& c, Act act) const {
  const convert::About about = {c.op, c.region, c.events.back().time};
  const auto fact = [&](const char* type, const google::protobuf::MessageLite& message) {
    return ledger::Append(
        tx, convert::ChangeOf(about, ledger::Log::kFacts, type, message.SerializeAsString()));
  };
  ASSIGN_OR_RETURN(const auto evidence, acts_.EvidenceOf(tx, c));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, c.op));
  switch (act) {
    case Act::kFiled:
      return fact("shian.sanction.case.filed", convert::ToFiled(c, evidence));
    case Act::kDecisionServed:
      RETURN_IF_ERROR(fact("shian.sanction.penalty.decided", convert::ToDecided(c, evidence)));
      return follow_(tx, c);
    case Act::kPenaltyPublished:
      return ledger::Append(tx, convert::ChangeOf(about, ledger::Log::kPublic,
                                                  "shian.public.sanction.penalty.published",
                                                  convert::ToCard(c, party).SerializeAsString()));
    case Act::kAnnulled:
      RETURN_IF_ERROR(fact("shian.sanction.penalty.annulled", convert::ToAnnulled(c, about.time)));
      return follow_(tx, c);
    default:
      return absl::OkStatus();
  }
}

template <class In, class Out, class Fill>
CaseService::Reactor* CaseService::TakeAct(Context* context, const In* in, Out* out, Act act,
                                           Fill fill) {
  return edge_.Write(
      context, in, out,
      [this, act, fill](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        ActOrder order;
        order.act = act;
        order.name = reader.Matter("name", request.name(), "cases");
        order.etag = request.etag();
        if constexpr (requires { request.documents(); }) {
          order.event.documents = reader.Documents(request.documents());
        }
        fill(request, reader, &order);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(order.not_uploaded, acts_.NotUploaded(order.event.documents));
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const Case c, Take(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_case_(), acts_.Show(tx, call, c, call.now()));
          return reply;
        });
      });
}

namespace {

// The text of an act.
template <class In>
void FillText(const In& in, Reader& reader, ActOrder* order) {
  order->event.text = reader.Text("text", in.text(), limits::kTextCodePointsMax, Need::kRequired);
}

// When a document reached the party.
template <class In>
void FillServed(const In& in, Reader& reader, ActOrder* order) {
  if (!in.has_serve_time()) return;
  order->served = reader.Time("serve_time", true, in.serve_time(), absl::InfinitePast());
}

}  // namespace

CaseService::Reactor* CaseService::RecordLegalReview(Context* context,
                                                     const v1::RecordLegalReviewRequest* in,
                                                     v1::RecordLegalReviewResponse* out) {
  return TakeAct(context, in, out, Act::kLegalReviewed, FillText<v1::RecordLegalReviewRequest>);
}

CaseService::Reactor* CaseService::ServeNotice(Context* context, const v1::ServeNoticeRequest* in,
                                               v1::ServeNoticeResponse* out) {
  return TakeAct(context, in, out, Act::kNoticeServed,
                 [](const v1::ServeNoticeRequest& request, Reader& reader, ActOrder* order) {
                   order->event.act = Act::kNoticeServed;
                   order->event.notice = convert::ToNotice(request.notice(), &reader);
                   FillServed(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::SubmitStatement(Context* context,
                                                   const v1::SubmitStatementRequest* in,
                                                   v1::SubmitStatementResponse* out) {
  return TakeAct(context, in, out, Act::kStatementSubmitted, FillText<v1::SubmitStatementRequest>);
}

CaseService::Reactor* CaseService::RequestHearing(Context* context,
                                                  const v1::RequestHearingRequest* in,
                                                  v1::RequestHearingResponse* out) {
  return TakeAct(context, in, out, Act::kHearingRequested,
                 [](const v1::RequestHearingRequest& request, Reader& reader, ActOrder* order) {
                   order->event.text = reader.Text("text", request.text(),
                                                   limits::kTextCodePointsMax, Need::kOptional);
                 });
}

CaseService::Reactor* CaseService::RecordHearing(Context* context,
                                                 const v1::RecordHearingRequest* in,
                                                 v1::RecordHearingResponse* out) {
  return TakeAct(context, in, out, Act::kHearingHeld, FillText<v1::RecordHearingRequest>);
}

CaseService::Reactor* CaseService::RecordCollectiveDiscussion(
    Context* context, const v1::RecordCollectiveDiscussionRequest* in,
    v1::RecordCollectiveDiscussionResponse* out) {
  return TakeAct(context, in, out, Act::kDiscussed,
                 FillText<v1::RecordCollectiveDiscussionRequest>);
}

CaseService::Reactor* CaseService::DecidePenalty(Context* context,
                                                 const v1::DecidePenaltyRequest* in,
                                                 v1::DecidePenaltyResponse* out) {
  return TakeAct(context, in, out, Act::kPenaltyDecided,
                 [](const v1::DecidePenaltyRequest& request, Reader& reader, ActOrder* order) {
                   order->event.penalty = convert::ToPenalty(request.penalty(), &reader);
                 });
}

CaseService::Reactor* CaseService::GiveConsent(Context* context, const v1::GiveConsentRequest* in,
                                               v1::GiveConsentResponse* out) {
  return TakeAct(context, in, out, Act::kConsentGiven, FillText<v1::GiveConsentRequest>);
}

CaseService::Reactor* CaseService::ServeDecision(Context* context,
                                                 const v1::ServeDecisionRequest* in,
                                                 v1::ServeDecisionResponse* out) {
  return TakeAct(context, in, out, Act::kDecisionServed,
                 [](const v1::ServeDecisionRequest& request, Reader& reader, ActOrder* order) {
                   order->event.reference =
                       reader.Line("service_method", request.service_method(),
                                   limits::kMethodCodePointsMax, Need::kRequired);
                   FillServed(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::PublishPenalty(Context* context,
                                                  const v1::PublishPenaltyRequest* in,
                                                  v1::PublishPenaltyResponse* out) {
  return TakeAct(context, in, out, Act::kPenaltyPublished,
                 [](const v1::PublishPenaltyRequest&, Reader&, ActOrder*) {});
}

CaseService::Reactor* CaseService::AnnulPenalty(Context* context, const v1::AnnulPenaltyRequest* in,
                                                v1::AnnulPenaltyResponse* out) {
  return TakeAct(context, in, out, Act::kAnnulled, FillText<v1::AnnulPenaltyRequest>);
}

// ---- Reads
// ------------------------------------------------------------------------------------------

CaseService::Reactor* CaseService::GetCase(Context* context, const v1::GetCaseRequest* in,
                                           v1::GetCaseResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetCaseRequest& in, store::ReadTx& tx,
                           v1::GetCaseResponse* out) -> absl::Status {
                      Reader reader;
                      const convert::MatterName name = reader.Matter("name", in.name(), "cases");
                      const absl::Time as_of =
                          reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
                      const absl::Time known_at = reader.Time(
                          "known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
                      RETURN_IF_ERROR(reader.ToStatus());
                      ASSIGN_OR_RETURN(Case c, acts_.Open(tx, call, name, ""));
                      std::optional<Case> then = AsOf(std::move(c), as_of, known_at);
                      if (!then) return errors::NotFound(in.name());
                      RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &*then));
                      ASSIGN_OR_RETURN(*out->mutable_case_(), acts_.Show(tx, call, *then, as_of));
                      return absl::OkStatus();
                    });
}

CaseService::Reactor* CaseService::ListCases(Context* context, const v1::ListCasesRequest* in,
                                             v1::ListCasesResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListCasesRequest& in, store::ReadTx& tx,
             v1::ListCasesResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at = convert::KnownAt(in, page, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, in, page));
        ASSIGN_OR_RETURN(const std::vector<Case> cases, sanction::ListCases(tx, query));
        for (const Case& c : cases) {
          std::optional<Case> then = AsOf(c, as_of, known_at);
          if (!then) continue;
          RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &*then));
          ASSIGN_OR_RETURN(*out->add_cases(), acts_.Show(tx, call, *then, as_of));
        }
        if (static_cast<int>(cases.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(cases.back().id.value(), cases.back().op), call.now()));
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
