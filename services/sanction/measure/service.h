// shian.sanction.v1.MeasureService.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/edge.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/measure.h"
#include "shian/sanction/v1/measure_service.grpc.pb.h"

namespace shian::sanction {

// A department's own system; the bureau's systems have none and see all measures of their region.
bool IsDepartment(const rpc::Call& call);

// What its entry makes of a measure, as far as that was recorded by `known_at`.
absl::Status FillEnd(store::ReadTx& tx, absl::Time known_at, Measure* measure);

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
  Reactor* ObjectToMeasure(Context* context, const v1::ObjectToMeasureRequest* in,
                           v1::ObjectToMeasureResponse* out) override;
  Reactor* DecideMeasureObjection(Context* context, const v1::DecideMeasureObjectionRequest* in,
                                  v1::DecideMeasureObjectionResponse* out) override;
  Reactor* ListMeasureItems(Context* context, const v1::ListMeasureItemsRequest* in,
                            v1::ListMeasureItemsResponse* out) override;
  Reactor* GetMeasureStatistics(Context* context, const v1::GetMeasureStatisticsRequest* in,
                                v1::GetMeasureStatisticsResponse* out) override;

 private:
  struct ActOrder;

  // As it is now, with the end of its entry. Another department's is NOT_FOUND.
  absl::StatusOr<Measure> Open(store::ReadTx& tx, const rpc::Call& call,
                               const convert::MatterName& name, absl::string_view etag) const;
  template <class In, class Out, class Read, class Act>
  Reactor* Change(Context* context, const In* in, Out* out, Read read, Act act);
  absl::Status Acknowledge(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                           Measure* measure) const;
  absl::Status Report(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                      Measure* measure) const;
  absl::Status Object(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                      Measure* measure) const;
  absl::Status AnswerObjection(store::WriteTx& tx, const rpc::Call& call, ActOrder order,
                               Measure* measure) const;
  absl::Status Append(store::WriteTx& tx, const rpc::Call& call, MeasureEvent event,
                      Measure* measure) const;
  absl::StatusOr<v1::Measure> Show(store::ReadTx& tx, const rpc::Call& call, Measure measure,
                                   absl::Time as_of) const;

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
