#pragma once

#include "libs/rpc/edge.h"
#include "shian/trace/v1/capture_service.grpc.pb.h"

namespace shian::trace {

class CaptureService final : public v1::CaptureService::CallbackService {
 public:
  explicit CaptureService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerUnaryReactor* ImportDocument(grpc::CallbackServerContext* context,
                                           const v1::ImportDocumentRequest* in,
                                           v1::ImportDocumentResponse* out) override;
  grpc::ServerBidiReactor<v1::CaptureStreamRequest, v1::CaptureStreamResponse>* CaptureStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* CaptureDocument(grpc::CallbackServerContext* context,
                                            const v1::CaptureDocumentRequest* in,
                                            v1::CaptureDocumentResponse* out) override;
  grpc::ServerBidiReactor<v1::ImportEventsRequest, v1::ImportEventsResponse>* ImportEvents(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetEvent(grpc::CallbackServerContext* context,
                                     const v1::GetEventRequest* in,
                                     v1::GetEventResponse* out) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* in,
                                       v1::ListEventsResponse* out) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::trace
