// Alerts of trace for the tests of this module, told as the feed tells them and asked for over the
// wire.
#pragma once

#include <string>
#include <vector>

#include "services/inspection/check/reactions_alert.h"
#include "services/inspection/service_testing.h"
#include "shian/common/v1/todo.pb.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/inspection/v1/trace_alert_changes.pb.h"
#include "shian/trace/v1/balance_changes.pb.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::inspection::testing {

using Alerts = v1::TraceAlertService;
using Checks = v1::CheckService;

inline constexpr char kFirm[] = "operators/91410902MA1FL00101";
inline constexpr char kOther[] = "operators/91410902MA1FL00102";
inline constexpr char kAlert[] = "alerts/91410902MA1FL00101-0001";
inline constexpr char kKind[] = "inspection.check.verify_alert";
inline constexpr char kSettled[] = "shian.inspection.trace_alert.settled";

inline trace::v1::FoundExcursion Excursion(const World& world, const std::string& name,
                                           const std::string& op = kFirm) {
  trace::v1::FoundExcursion found;
  found.set_name(name);
  found.set_operator_(op);
  found.set_region(kRegion);
  found.set_place("https://id.gs1.org/414/6901234056785");
  found.mutable_excursion()->set_epc("https://id.gs1.org/01/06901234567892/10/A");
  found.mutable_excursion()->set_band("frozen");
  *found.mutable_excursion()->mutable_begin_time() = rpc::ToProto(world.Now() - absl::Hours(3));
  *found.mutable_excursion()->mutable_end_time() = rpc::ToProto(world.Now() - absl::Hours(1));
  found.mutable_excursion()->set_samples(12);
  found.mutable_excursion()->set_worst_millicelsius(-9500);
  return found;
}

inline void TellFound(World& world, const trace::v1::FoundExcursion& found) {
  trace::v1::ColdExcursionFound payload;
  *payload.mutable_excursion() = found;
  world.React(check::TraceReactions(), "shian.trace.cold.excursion", payload);
}

inline void TellWithdrawn(World& world, const trace::v1::FoundExcursion& found) {
  trace::v1::ColdExcursionWithdrawn payload;
  *payload.mutable_excursion() = found;
  world.React(check::TraceReactions(), "shian.trace.cold.excursion_withdrawn", payload);
}

inline std::vector<v1::TraceAlert> List(World& world, bool open_only, const std::string& op = "") {
  v1::ListTraceAlertsRequest in;
  in.set_region(kRegion);
  in.set_operator_(op);
  in.set_open_only(open_only);
  in.set_page_size(1);
  std::vector<v1::TraceAlert> all;
  do {
    v1::ListTraceAlertsResponse out;
    RequireOk(world.StubAs<Alerts>("ctl")->ListTraceAlerts(Context().get(), in, &out));
    all.insert(all.end(), out.alerts().begin(), out.alerts().end());
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return all;
}

inline v1::TraceAlert Get(World& world, const std::string& name, const std::string& token = "") {
  v1::GetTraceAlertRequest in;
  in.set_name(name);
  v1::GetTraceAlertResponse out;
  RequireOk(world.StubAs<Alerts>("ctl")->GetTraceAlert(Context(token).get(), in, &out));
  return out.alert();
}

inline std::vector<common::v1::Todo> Due(World& world) {
  common::v1::ListTodosRequest in;
  in.set_kind(kKind);
  common::v1::ListTodosResponse out;
  RequireOk(world.StubAs<common::v1::TodoService>("ctl")->ListTodos(Context().get(), in, &out));
  return {out.todos().begin(), out.todos().end()};
}

inline grpc::Status Settle(World& world, v1::SettleTraceAlertRequest in, const std::string& post,
                           v1::SettleTraceAlertResponse* out) {
  return world.Call(*world.StubAs<Alerts>("ctl"), &Alerts::Stub::SettleTraceAlert, in, out, "p-7",
                    post);
}

inline v1::SettleTraceAlertRequest Order(v1::TraceAlertFinding finding) {
  v1::SettleTraceAlertRequest in;
  in.set_name(kAlert);
  in.set_finding(finding);
  in.set_reason("传感器故障");
  return in;
}

inline v1::RecordCheckRequest Visit(const World& world, const std::vector<std::string>& alerts) {
  v1::RecordCheckRequest in;
  in.mutable_check()->set_operator_(kFirm);
  in.mutable_check()->set_kind(v1::CHECK_KIND_UNANNOUNCED);
  const Date today = ToDate(world.Now());
  in.mutable_check()->mutable_date()->set_year(static_cast<int>(today.year()));
  in.mutable_check()->mutable_date()->set_month(today.month());
  in.mutable_check()->mutable_date()->set_day(today.day());
  in.mutable_check()->add_inspectors("inspectors/i1");
  in.mutable_check()->add_inspectors("inspectors/i2");
  for (const std::string& name : alerts) in.mutable_check()->add_trace_alerts(name);
  return in;
}

}  // namespace shian::inspection::testing
