// shian.inspection.v1.TraceAlertService, and the alerts that a visit names.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/rpc/edge.h"
#include "services/inspection/check/alert.h"
#include "services/inspection/check/visit.h"
#include "shian/inspection/v1/trace_alert_service.grpc.pb.h"

namespace shian::inspection::check {

class TraceAlertService final : public v1::TraceAlertService::CallbackService {
 public:
  explicit TraceAlertService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* GetTraceAlert(Context* context, const v1::GetTraceAlertRequest* in,
                         v1::GetTraceAlertResponse* out) override;
  Reactor* ListTraceAlerts(Context* context, const v1::ListTraceAlertsRequest* in,
                           v1::ListTraceAlertsResponse* out) override;
  Reactor* SettleTraceAlert(Context* context, const v1::SettleTraceAlertRequest* in,
                            v1::SettleTraceAlertResponse* out) override;

 private:
  rpc::Edge& edge_;
};

// Those that the visit names, each once. Refused when one is no alert about its operator, or is the
// business of a division that the caller does not act for.
absl::StatusOr<std::vector<Alert>> NamedBy(const rpc::Call& call, store::ReadTx& tx,
                                           const Visit& visit);
// Settles those of them that are open.
absl::Status SettleByVisit(store::WriteTx& tx, const rpc::Call& call, const Visit& visit,
                           std::vector<Alert> alerts);

}  // namespace shian::inspection::check
