// shian.sanction.v1.MeasureService.
#pragma once

#include <string>

#include "libs/rpc/edge.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/measure.h"
#include "shian/sanction/v1/measure_service.grpc.pb.h"

namespace shian::sanction {

class MeasureService final : public v1::MeasureService::CallbackService {
 public:
  explicit MeasureService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetMeasure(Context* context, const v1::GetMeasureRequest* in,
                      v1::GetMeasureResponse* out) override;
  Reactor* ListMeasures(Context* context, const v1::ListMeasuresRequest* in,
                        v1::ListMeasuresResponse* out) override;
  Reactor* AcknowledgeMeasure(Context* context, const v1::AcknowledgeMeasureRequest* in,
                              v1::AcknowledgeMeasureResponse* out) override;
  Reactor* ReportMeasureOutcome(Context* context, const v1::ReportMeasureOutcomeRequest* in,
                                v1::ReportMeasureOutcomeResponse* out) override;

 private:
  // As it is now, with the end of its entry. Another department's is NOT_FOUND.
  absl::StatusOr<Measure> Open(store::ReadTx& tx, const rpc::Call& call,
                               const convert::MatterName& name, absl::string_view etag) const;
  absl::Status Append(store::WriteTx& tx, const rpc::Call& call, MeasureEvent event,
                      Measure* measure) const;
  absl::StatusOr<v1::Measure> Show(store::ReadTx& tx, const rpc::Call& call, Measure measure,
                                   absl::Time as_of) const;

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
