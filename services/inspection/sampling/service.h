// shian.inspection.v1.SamplingService.
#pragma once

#include "libs/rpc/edge.h"
#include "shian/inspection/v1/sampling_service.grpc.pb.h"

namespace shian::inspection::sampling {

class SamplingService final : public v1::SamplingService::CallbackService {
 public:
  explicit SamplingService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

#define SHIAN_SAMPLING_RPC(Name) \
  Reactor* Name(Context* context, const v1::Name##Request* in, v1::Name##Response* out) override;
  SHIAN_SAMPLING_RPC(PlanSample)
  SHIAN_SAMPLING_RPC(RecordTaking)
  SHIAN_SAMPLING_RPC(RecordDelivery)
  SHIAN_SAMPLING_RPC(RecordReception)
  SHIAN_SAMPLING_RPC(RecordReport)
  SHIAN_SAMPLING_RPC(NotifyResult)
  SHIAN_SAMPLING_RPC(RecordDueDiligence)
  SHIAN_SAMPLING_RPC(ReportRiskControl)
  SHIAN_SAMPLING_RPC(RequestReinspection)
  SHIAN_SAMPLING_RPC(DecideReinspection)
  SHIAN_SAMPLING_RPC(DrawLaboratory)
  SHIAN_SAMPLING_RPC(DeclineLaboratory)
  SHIAN_SAMPLING_RPC(HandOverBackup)
  SHIAN_SAMPLING_RPC(ReceiveBackup)
  SHIAN_SAMPLING_RPC(RecordReinspectionReport)
  SHIAN_SAMPLING_RPC(ServeReinspectionResult)
  SHIAN_SAMPLING_RPC(RaiseObjection)
  SHIAN_SAMPLING_RPC(AcceptObjection)
  SHIAN_SAMPLING_RPC(DecideObjection)
  SHIAN_SAMPLING_RPC(StartDisposal)
  SHIAN_SAMPLING_RPC(ExtendDisposal)
  SHIAN_SAMPLING_RPC(FinishDisposal)
  SHIAN_SAMPLING_RPC(PublishResult)
  SHIAN_SAMPLING_RPC(CloseSample)
  SHIAN_SAMPLING_RPC(GetSample)
  SHIAN_SAMPLING_RPC(ListSamples)
  SHIAN_SAMPLING_RPC(ListClocks)
#undef SHIAN_SAMPLING_RPC

  grpc::ServerBidiReactor<v1::ImportSamplesRequest, v1::ImportSamplesResponse>* ImportSamples(
      Context* context) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::inspection::sampling
