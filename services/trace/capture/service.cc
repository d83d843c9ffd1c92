#include "services/trace/capture/service.h"

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/trace/capture/convert.h"

namespace shian::trace {
namespace {

// Reading and hashing happen before the transaction, on the caller's time; only judging against
// the store and inserting happen inside.
template <class Out, class In>
absl::StatusOr<rpc::Body<Out>> PlanCapture(const rpc::Call& call, const In& in) {
  ASSIGN_OR_RETURN(capture::Batch made, capture::ToBatch(in, call.system().id));
  auto batch = std::make_shared<const capture::Batch>(std::move(made));
  return rpc::Body<Out>([batch](store::WriteTx& tx) -> absl::StatusOr<Out> {
    ASSIGN_OR_RETURN(const auto outcomes,
                     capture::CaptureBatch(tx, batch->events, batch->origin, batch->on_error));
    Out out;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      *out.add_verdicts() = capture::ToProto(batch->events[i], outcomes[i]);
    }
    return out;
  });
}

absl::Status GetOne(store::ReadTx& tx, const std::string& name, v1::GetEventResponse* out) {
  std::string hash, declaration;
  if (!ParseEventName(name, &hash, &declaration)) {
    return errors::InvalidField(
        "name", {"must be events/ and the event's hash", "应为events/加事件哈希", "EVENT_NAME"});
  }
  ASSIGN_OR_RETURN(const auto event, capture::FindEvent(tx, hash, declaration));
  if (!event) return errors::NotFound(name);
  *out->mutable_event() = capture::ToProto(*event);
  if (!declaration.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto declarations, capture::DeclarationsOf(tx, hash));
  for (const auto& each : declarations) *out->add_declarations() = capture::ToProto(each);
  return absl::OkStatus();
}

absl::Status ListSome(const rpc::Call& call, const v1::ListEventsRequest& in, store::ReadTx& tx,
                      v1::ListEventsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const capture::EventFilter filter, capture::ToFilter(in));
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  ASSIGN_OR_RETURN(const auto events, capture::ListEvents(tx, filter, after, page.size + 1));
  for (const capture::StoredEvent& event : events) {
    if (out->events_size() == page.size) {
      const int64_t last = out->events(page.size - 1).sequence();
      out->set_next_page_token(rpc::NextPage(page, absl::StrCat(last), call.now()));
      break;
    }
    *out->add_events() = capture::ToProto(event);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* CaptureService::ImportDocument(grpc::CallbackServerContext* context,
                                                         const v1::ImportDocumentRequest* in,
                                                         v1::ImportDocumentResponse* out) {
  return edge_.WriteBlocking(context, in, out,
                             PlanCapture<v1::ImportDocumentResponse, v1::ImportDocumentRequest>);
}

grpc::ServerBidiReactor<v1::CaptureStreamRequest, v1::CaptureStreamResponse>*
CaptureService::CaptureStream(grpc::CallbackServerContext* context) {
  return rpc::Import<v1::CaptureStreamRequest, v1::CaptureStreamResponse>(
      edge_, context, PlanCapture<v1::CaptureStreamResponse, v1::CaptureStreamRequest>);
}

grpc::ServerUnaryReactor* CaptureService::CaptureDocument(grpc::CallbackServerContext* context,
                                                          const v1::CaptureDocumentRequest* in,
                                                          v1::CaptureDocumentResponse* out) {
  return edge_.WriteBlocking(context, in, out,
                             PlanCapture<v1::CaptureDocumentResponse, v1::CaptureDocumentRequest>);
}

grpc::ServerBidiReactor<v1::ImportEventsRequest, v1::ImportEventsResponse>*
CaptureService::ImportEvents(grpc::CallbackServerContext* context) {
  return rpc::Import<v1::ImportEventsRequest, v1::ImportEventsResponse>(
      edge_, context, PlanCapture<v1::ImportEventsResponse, v1::ImportEventsRequest>);
}

grpc::ServerUnaryReactor* CaptureService::GetEvent(grpc::CallbackServerContext* context,
                                                   const v1::GetEventRequest* in,
                                                   v1::GetEventResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call&, const v1::GetEventRequest& in, store::ReadTx& tx,
                       v1::GetEventResponse* out) { return GetOne(tx, in.name(), out); });
}

grpc::ServerUnaryReactor* CaptureService::ListEvents(grpc::CallbackServerContext* context,
                                                     const v1::ListEventsRequest* in,
                                                     v1::ListEventsResponse* out) {
  return edge_.Read(context, in, out, ListSome);
}

}  // namespace shian::trace
