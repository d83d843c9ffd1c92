// The inquiry of a case: evidence, things kept or seized, facts and what follows from them.
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/service_take.h"

namespace shian::sanction {

using convert::Reader;

CaseService::Reactor* CaseService::RecordEvidence(Context* context,
                                                  const v1::RecordEvidenceRequest* in,
                                                  v1::RecordEvidenceResponse* out) {
  return TakeAct(context, in, out, Act::kEvidenceGathered,
                 [](const v1::RecordEvidenceRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.evidence = convert::ToEvidence(request.evidence(), &reader);
                 });
}

CaseService::Reactor* CaseService::PreserveEvidence(Context* context,
                                                    const v1::PreserveEvidenceRequest* in,
                                                    v1::PreserveEvidenceResponse* out) {
  return TakeAct(context, in, out, Act::kPreserved,
                 [](const v1::PreserveEvidenceRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.custody = convert::ToTaken(request.custody(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::HandlePreserved(Context* context,
                                                   const v1::HandlePreservedRequest* in,
                                                   v1::HandlePreservedResponse* out) {
  return TakeAct(context, in, out, Act::kPreservedHandled,
                 [](const v1::HandlePreservedRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.custody = convert::ToHandled(request.custody(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::SeizeGoods(Context* context, const v1::SeizeGoodsRequest* in,
                                              v1::SeizeGoodsResponse* out) {
  return TakeAct(context, in, out, Act::kSeized,
                 [](const v1::SeizeGoodsRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.custody = convert::ToTaken(request.custody(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ExtendSeizure(Context* context,
                                                 const v1::ExtendSeizureRequest* in,
                                                 v1::ExtendSeizureResponse* out) {
  return TakeAct(context, in, out, Act::kSeizureExtended,
                 [](const v1::ExtendSeizureRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.custody = convert::ToExtension(request.custody(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ReleaseSeized(Context* context,
                                                 const v1::ReleaseSeizedRequest* in,
                                                 v1::ReleaseSeizedResponse* out) {
  return TakeAct(context, in, out, Act::kSeizedReleased,
                 [](const v1::ReleaseSeizedRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.custody = convert::ToHandled(request.custody(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::StateFacts(Context* context, const v1::StateFactsRequest* in,
                                              v1::StateFactsResponse* out) {
  return TakeAct(context, in, out, Act::kFactsStated,
                 [](const v1::StateFactsRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.facts = convert::ToFacts(request.facts(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::AnswerFinding(Context* context,
                                                 const v1::AnswerFindingRequest* in,
                                                 v1::AnswerFindingResponse* out) {
  return TakeAct(context, in, out, Act::kFindingAnswered,
                 [](const v1::AnswerFindingRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.answer = convert::ToAnswer(request.answer(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ListFindings(Context* context, const v1::ListFindingsRequest* in,
                                                v1::ListFindingsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListFindingsRequest& in, store::ReadTx& tx,
             v1::ListFindingsResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "cases");
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const Case c, acts_.Open(tx, call, name, ""));
        ASSIGN_OR_RETURN(const auto rule, convert::RuleOf(tx, edge_.policies(), c, call.now()));
        ASSIGN_OR_RETURN(const auto findings, Findings(tx, c, rule.policy(), call.now()));
        for (const Finding& finding : findings) {
          *out->add_findings() = convert::ToProto(finding, rule.revision);
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
