// shian.inspection.v1.CheckService.
#pragma once

#include "libs/rpc/edge.h"
#include "shian/inspection/v1/check_service.grpc.pb.h"

namespace shian::inspection::check {

class CheckService final : public v1::CheckService::CallbackService {
 public:
  explicit CheckService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* RecordCheck(Context* context, const v1::RecordCheckRequest* in,
                       v1::RecordCheckResponse* out) override;
  Reactor* GetCheck(Context* context, const v1::GetCheckRequest* in,
                    v1::GetCheckResponse* out) override;
  Reactor* ListChecks(Context* context, const v1::ListChecksRequest* in,
                      v1::ListChecksResponse* out) override;
  Reactor* GetVisitFrequency(Context* context, const v1::GetVisitFrequencyRequest* in,
                             v1::GetVisitFrequencyResponse* out) override;
  grpc::ServerBidiReactor<v1::ImportChecksRequest, v1::ImportChecksResponse>* ImportChecks(
      Context* context) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::inspection::check
