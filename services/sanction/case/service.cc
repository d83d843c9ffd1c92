#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/rpc/page.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/service_take.h"
#include "services/sanction/case/store.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

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

// ---- Acts
// -------------------------------------------------------------------------------------------

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
