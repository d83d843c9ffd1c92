#include "services/inspection/check/service_alert.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/page.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/convert_alert.h"
#include "services/inspection/check/reactions_alert.h"
#include "services/inspection/check/store_alert.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::inspection::check {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr absl::string_view kChainPolicy = "approval.check";

// The one of this name, in a division that the caller may see.
absl::StatusOr<Alert> ReadAlert(const rpc::Call& call, store::ReadTx& tx, const VisitKey& key,
                                const std::string& name) {
  ASSIGN_OR_RETURN(auto alert, FindAlert(tx, key.operator_id, key.number));
  if (!alert || NameOf(*alert) != name) return errors::NotFound(name);
  RETURN_IF_ERROR(call.RequireRegion(alert->region));
  return *std::move(alert);
}

absl::StatusOr<v1::SettleTraceAlertResponse> SettleOne(const policy::Policies& policies,
                                                       const rpc::Call& call,
                                                       const SettleOrder& order,
                                                       const std::string& name,
                                                       store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Alert alert, ReadAlert(call, tx, order.key, name));
  ASSIGN_OR_RETURN(const auto chain, policies.InForce<policy::v1::ApprovalChain>(
                                         tx, kChainPolicy, ToDate(call.now())));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), kVerifyAlert, call.officer(), {}, alert.region));
  if (!order.etag.empty() && order.etag != EtagOf(alert)) {
    return Refuse(Reason::kEtagMismatch, {{"name", name}});
  }
  RETURN_IF_ERROR(Settle(tx, alert, order.settlement));
  v1::SettleTraceAlertResponse out;
  ASSIGN_OR_RETURN(const AlertClock clock, ClockOf(policies, tx, alert));
  ToProto(alert, clock, call, true, out.mutable_alert());
  return out;
}

}  // namespace

absl::StatusOr<std::vector<Alert>> NamedBy(const rpc::Call& call, store::ReadTx& tx,
                                           const Visit& visit) {
  FieldReader read;
  std::vector<Alert> alerts;
  std::set<std::string> seen;
  for (size_t i = 0; i < visit.alerts.size(); ++i) {
    if (!seen.insert(visit.alerts[i]).second) continue;
    const std::string name = "alerts/" + visit.alerts[i];
    const auto key = ToKey(name, "alerts");
    std::optional<Alert> alert;
    if (key.ok() && key->operator_id == visit.operator_id) {
      ASSIGN_OR_RETURN(alert, FindAlert(tx, key->operator_id, key->number));
    }
    if (!alert || NameOf(*alert) != name) {
      read.Bad(absl::StrCat("check.trace_alerts[", i, "]"), "is no alert about this operator",
               "不是关于该经营者的追溯预警", "TRACE_ALERT_UNKNOWN");
      continue;
    }
    RETURN_IF_ERROR(call.RequireRegion(alert->region));
    alerts.push_back(*std::move(alert));
  }
  RETURN_IF_ERROR(read.Done());
  return alerts;
}

absl::Status SettleByVisit(store::WriteTx& tx, const rpc::Call& call, const Visit& visit,
                           std::vector<Alert> alerts) {
  for (Alert& alert : alerts) {
    if (StateOf(alert) != AlertState::kOpen) continue;
    Settlement settlement;
    settlement.finding = AlertFinding::kChecked;
    settlement.time = call.now();
    settlement.visit = NameOf(visit);
    settlement.person = call.officer().person;
    settlement.organisation = call.officer().organisation;
    settlement.card = call.officer().card;
    RETURN_IF_ERROR(Settle(tx, alert, std::move(settlement)));
  }
  return absl::OkStatus();
}

TraceAlertService::Reactor* TraceAlertService::GetTraceAlert(Context* context,
                                                             const v1::GetTraceAlertRequest* in,
                                                             v1::GetTraceAlertResponse* out) {
  return edge_.Read(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::GetTraceAlertRequest& request,
                      store::ReadTx& tx, v1::GetTraceAlertResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const VisitKey key, ToKey(request.name(), "alerts"));
        ASSIGN_OR_RETURN(const Alert alert, ReadAlert(call, tx, key, request.name()));
        ASSIGN_OR_RETURN(const AlertClock clock, ClockOf(edge.policies(), tx, alert));
        ToProto(alert, clock, call, call.has_officer(), response->mutable_alert());
        return absl::OkStatus();
      });
}

TraceAlertService::Reactor* TraceAlertService::ListTraceAlerts(Context* context,
                                                               const v1::ListTraceAlertsRequest* in,
                                                               v1::ListTraceAlertsResponse* out) {
  return edge_.Read(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::ListTraceAlertsRequest& request,
                      store::ReadTx& tx, v1::ListTraceAlertsResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(AlertFilter filter, ToFilter(call, request));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(request, call.now()));
        const VisitKey after = FromCursor(page.after);
        filter.known_at = page.known_at;
        filter.after_operator = after.operator_id;
        filter.after_number = after.number;
        filter.limit = page.size + 1;
        ASSIGN_OR_RETURN(const auto alerts, ListAlerts(tx, filter));
        for (size_t i = 0; i < alerts.size(); ++i) {
          if (static_cast<int>(i) == page.size) {
            const Alert& last = alerts[i - 1];
            response->set_next_page_token(
                rpc::NextPage(page, absl::StrCat(last.operator_id, "/", last.number), call.now()));
            break;
          }
          ASSIGN_OR_RETURN(const AlertClock clock, ClockOf(edge.policies(), tx, alerts[i]));
          ToProto(alerts[i], clock, call, call.has_officer(), response->add_alerts());
        }
        return absl::OkStatus();
      });
}

TraceAlertService::Reactor* TraceAlertService::SettleTraceAlert(
    Context* context, const v1::SettleTraceAlertRequest* in, v1::SettleTraceAlertResponse* out) {
  return edge_.Write(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::SettleTraceAlertRequest& request)
          -> absl::StatusOr<rpc::Body<v1::SettleTraceAlertResponse>> {
        ASSIGN_OR_RETURN(SettleOrder order, ToOrder(call, request));
        return rpc::Body<v1::SettleTraceAlertResponse>(
            [&edge, &call, order = std::move(order), name = request.name()](store::WriteTx& tx) {
              return SettleOne(edge.policies(), call, order, name, tx);
            });
      });
}

}  // namespace shian::inspection::check
