// Trace's findings to alerts, and alerts to the API.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/calendar/deadline.h"
#include "libs/calendar/rule.h"
#include "libs/policy/registry.h"
#include "services/inspection/check/alert.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/store_alert.h"
#include "shian/inspection/v1/trace_alert.pb.h"
#include "shian/inspection/v1/trace_alert_changes.pb.h"
#include "shian/inspection/v1/trace_alert_service.pb.h"
#include "shian/trace/v1/balance.pb.h"
#include "shian/trace/v1/cold_chain.pb.h"

namespace shian::inspection::check {

// Without number, times of ours and cause; the region is the place's, empty where there is none.
Alert ToAlert(const trace::v1::FoundExcursion& found);
Alert ToAlert(const trace::v1::FoundImbalance& found);

std::string NameOf(const Alert& alert);
std::string EtagOf(const Alert& alert);

// The bureau's clock for looking into it (核查追溯预警), from its arrival.
struct AlertClock {
  bool ruled = false;  // whether a rule was in force when it arrived
  calendar::Rule rule;
  calendar::Due due;
};
absl::StatusOr<AlertClock> ClockOf(const policy::Policies& policies, store::ReadTx& tx,
                                   const Alert& alert);

// Who settled it goes to officers alone.
void ToProto(const Alert& alert, const AlertClock& clock, const rpc::Call& call, bool with_officer,
             v1::TraceAlert* out);
v1::TraceAlertSettled ToSettled(const Alert& alert);

absl::StatusOr<AlertFilter> ToFilter(const rpc::Call& call, const v1::ListTraceAlertsRequest& in);

struct SettleOrder {
  VisitKey key;
  std::string etag;
  Settlement settlement;
};
absl::StatusOr<SettleOrder> ToOrder(const rpc::Call& call, const v1::SettleTraceAlertRequest& in);

}  // namespace shian::inspection::check
