// What takes a case out of the authority: the police, a superior, execution, closing, review.
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/case/service_take.h"

namespace shian::sanction {

using convert::Reader;

CaseService::Reactor* CaseService::ReportTransfer(Context* context,
                                                  const v1::ReportTransferRequest* in,
                                                  v1::ReportTransferResponse* out) {
  return TakeAct(context, in, out, Act::kTransferReported,
                 [](const v1::ReportTransferRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.transfer =
                       convert::ToTransferReport(request.transfer(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::DecideTransfer(Context* context,
                                                  const v1::DecideTransferRequest* in,
                                                  v1::DecideTransferResponse* out) {
  return TakeAct(context, in, out, Act::kTransferDecided,
                 [](const v1::DecideTransferRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.transfer =
                       convert::ToTransferDecision(request.transfer(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::TransferToPolice(Context* context,
                                                    const v1::TransferToPoliceRequest* in,
                                                    v1::TransferToPoliceResponse* out) {
  return TakeAct(context, in, out, Act::kTransferred,
                 [](const v1::TransferToPoliceRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.transfer =
                       convert::ToTransferred(request.transfer(), &reader);
                   FillTextOf(request, reader, order, Reader::Need::kOptional);
                 });
}

CaseService::Reactor* CaseService::RecordPoliceAnswer(Context* context,
                                                      const v1::RecordPoliceAnswerRequest* in,
                                                      v1::RecordPoliceAnswerResponse* out) {
  return TakeAct(context, in, out, Act::kPoliceAnswered,
                 [](const v1::RecordPoliceAnswerRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.transfer =
                       convert::ToPoliceAnswer(request.transfer(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::RequestPoliceReview(Context* context,
                                                       const v1::RequestPoliceReviewRequest* in,
                                                       v1::RequestPoliceReviewResponse* out) {
  return TakeAct(context, in, out, Act::kPoliceReviewRequested,
                 [](const v1::RequestPoliceReviewRequest& request, Reader& reader,
                    ActOrder* order) { FillTextOf(request, reader, order); });
}

CaseService::Reactor* CaseService::HandOverGoods(Context* context,
                                                 const v1::HandOverGoodsRequest* in,
                                                 v1::HandOverGoodsResponse* out) {
  return TakeAct(context, in, out, Act::kGoodsHandedOver,
                 [](const v1::HandOverGoodsRequest& request, Reader& reader, ActOrder* order) {
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::OpenSupervision(Context* context,
                                                   const v1::OpenSupervisionRequest* in,
                                                   v1::OpenSupervisionResponse* out) {
  return TakeAct(context, in, out, Act::kSupervisionOpened,
                 [](const v1::OpenSupervisionRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.supervision =
                       convert::ToSupervision(request.supervision(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ReportProgress(Context* context,
                                                  const v1::ReportProgressRequest* in,
                                                  v1::ReportProgressResponse* out) {
  return TakeAct(context, in, out, Act::kProgressReported,
                 [](const v1::ReportProgressRequest& request, Reader& reader, ActOrder* order) {
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::CheckSupervision(Context* context,
                                                    const v1::CheckSupervisionRequest* in,
                                                    v1::CheckSupervisionResponse* out) {
  return TakeAct(context, in, out, Act::kSupervisionChecked,
                 [](const v1::CheckSupervisionRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.supervision =
                       convert::ToSupervisionCheck(request.supervision(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::RecordExecution(Context* context,
                                                   const v1::RecordExecutionRequest* in,
                                                   v1::RecordExecutionResponse* out) {
  return TakeAct(context, in, out, Act::kExecuted,
                 [](const v1::RecordExecutionRequest& request, Reader& reader, ActOrder* order) {
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::CloseCase(Context* context, const v1::CloseCaseRequest* in,
                                             v1::CloseCaseResponse* out) {
  return TakeAct(context, in, out, Act::kClosed,
                 [](const v1::CloseCaseRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.outcome = convert::ToOutcome(request.outcome(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::ReviewFile(Context* context, const v1::ReviewFileRequest* in,
                                              v1::ReviewFileResponse* out) {
  return TakeAct(context, in, out, Act::kFileReviewed,
                 [](const v1::ReviewFileRequest& request, Reader& reader, ActOrder* order) {
                   order->event.detail.review = convert::ToReview(request.review(), &reader);
                   FillTextOf(request, reader, order);
                 });
}

CaseService::Reactor* CaseService::MendFile(Context* context, const v1::MendFileRequest* in,
                                            v1::MendFileResponse* out) {
  return TakeAct(context, in, out, Act::kFileMended,
                 [](const v1::MendFileRequest& request, Reader& reader, ActOrder* order) {
                   FillTextOf(request, reader, order);
                 });
}

}  // namespace shian::sanction
