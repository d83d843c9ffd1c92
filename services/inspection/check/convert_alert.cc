#include "services/inspection/check/convert_alert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "services/inspection/check/limits.h"

namespace shian::inspection::check {
namespace {

constexpr char kRule[] = "check.trace_alert";

static_assert(static_cast<int>(AlertKind::kBalanceShort) ==
              v1::TRACE_ALERT_KIND_MASS_BALANCE_SHORT);
static_assert(static_cast<int>(AlertState::kWithdrawn) == v1::TRACE_ALERT_STATE_WITHDRAWN);
static_assert(static_cast<int>(AlertFinding::kChecked) == v1::TRACE_ALERT_FINDING_CHECKED);

std::string OperatorOf(const std::string& name) {
  return std::string(absl::StripPrefix(name, "operators/"));
}

// "-9.5" of -9500.
std::string Celsius(int64_t milli) {
  const uint64_t size = milli < 0 ? 0 - static_cast<uint64_t>(milli) : static_cast<uint64_t>(milli);
  std::string text = absl::StrFormat("%s%d.%03d", milli < 0 ? "-" : "", size / 1000, size % 1000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Alert ToAlert(const trace::v1::FoundExcursion& found) {
  const trace::v1::ColdExcursion& excursion = found.excursion();
  Alert alert;
  alert.operator_id = OperatorOf(found.operator_());
  alert.alert = found.name();
  alert.kind = AlertKind::kColdExcursion;
  alert.region = found.region();
  alert.subject = excursion.epc();
  alert.place = found.place();
  alert.occurred = rpc::FromProto(excursion.begin_time());
  alert.summary = absl::StrCat(
      "冷链温度偏离：温度区间", excursion.band(), "，自", FormatTime(alert.occurred), "至",
      FormatTime(rpc::FromProto(excursion.end_time())), "共", excursion.samples(),
      "个读数在区间外，偏离最大的为", Celsius(excursion.worst_millicelsius()), "℃");
  return alert;
}

Alert ToAlert(const trace::v1::FoundImbalance& found) {
  const bool over = found.verdict() == trace::v1::BALANCE_VERDICT_OVER;
  Alert alert;
  alert.operator_id = OperatorOf(found.operator_());
  alert.alert = found.name();
  alert.kind = over ? AlertKind::kBalanceOver : AlertKind::kBalanceShort;
  alert.region = found.region();
  alert.subject = found.has_lot() ? found.lot() : found.process();
  alert.place = found.place();
  alert.occurred = rpc::FromProto(found.event_time());
  alert.summary = over ? "物料平衡超出" : "物料平衡短少";
  for (const trace::v1::DimensionBalance& one : found.dimensions()) {
    absl::StrAppend(&alert.summary, "；收入", one.input(), one.uom(), "，付出", one.output(),
                    one.uom());
  }
  if (!found.rule().title_zh().empty()) {
    absl::StrAppend(&alert.summary, "（规则：", found.rule().title_zh(), "）");
  }
  return alert;
}

std::string NameOf(const Alert& alert) {
  return absl::StrFormat("alerts/%s-%04d", alert.operator_id, alert.number);
}

std::string EtagOf(const Alert& alert) { return absl::StrCat("v", alert.version); }

absl::StatusOr<AlertClock> ClockOf(const policy::Policies& policies, store::ReadTx& tx,
                                   const Alert& alert) {
  AlertClock clock;
  clock.rule.key = kRule;
  auto rule = policies.RuleInForce(tx, kRule, ToDate(alert.received));
  const auto reason = errors::ReasonOf(rule.status());
  if (reason == errors::Reason::kPolicyNotInForce || reason == errors::Reason::kNotFound) {
    // Nothing is guessed: it is due, and nobody says until when.
    clock.due.pending = true;
    clock.due.date = ToDate(alert.received);
    clock.due.explanation_zh = "收到预警时没有生效的期限规则";
    clock.due.explanation_en = "no rule was in force when the alert arrived";
    return clock;
  }
  RETURN_IF_ERROR(rule.status());
  clock.ruled = true;
  clock.rule = *std::move(rule);
  ASSIGN_OR_RETURN(const auto days, policies.Calendar(tx));
  clock.due = calendar::DueOf(*days, alert.received, clock.rule.budget, {});
  return clock;
}

void ToProto(const Alert& alert, const AlertClock& clock, const rpc::Call& call, bool with_officer,
             v1::TraceAlert* out) {
  out->set_name(NameOf(alert));
  out->set_etag(EtagOf(alert));
  out->set_alert(alert.alert);
  out->set_kind(static_cast<v1::TraceAlertKind>(alert.kind));
  out->set_operator_("operators/" + alert.operator_id);
  out->set_region(alert.region);
  out->set_subject(alert.subject);
  out->set_place(alert.place);
  out->set_summary(alert.summary);
  *out->mutable_occur_time() = rpc::ToProto(alert.occurred);
  *out->mutable_receive_time() = rpc::ToProto(alert.received);
  out->set_state(static_cast<v1::TraceAlertState>(StateOf(alert)));
  absl::Time done = alert.withdrawn.value_or(absl::InfiniteFuture());
  if (alert.settled) {
    const Settlement& settled = *alert.settled;
    done = settled.time;
    out->set_finding(static_cast<v1::TraceAlertFinding>(settled.finding));
    *out->mutable_settle_time() = rpc::ToProto(settled.time);
    out->set_check(settled.visit);
    out->set_reason(settled.reason);
    if (with_officer) out->set_officer(settled.person);
  }
  if (alert.withdrawn) *out->mutable_withdraw_time() = rpc::ToProto(*alert.withdrawn);
  if (clock.ruled) {
    *out->mutable_deadline() =
        policy::ToProto(clock.rule, alert.received, clock.due, {}, done, call.locale());
  }
}

v1::TraceAlertSettled ToSettled(const Alert& alert) {
  v1::TraceAlertSettled out;
  out.set_alert(alert.alert);
  out.set_kind(static_cast<v1::TraceAlertKind>(alert.kind));
  out.set_operator_("operators/" + alert.operator_id);
  out.set_region(alert.region);
  *out.mutable_occur_time() = rpc::ToProto(alert.occurred);
  if (!alert.settled) return out;
  out.set_finding(static_cast<v1::TraceAlertFinding>(alert.settled->finding));
  *out.mutable_settle_time() = rpc::ToProto(alert.settled->time);
  out.set_check(alert.settled->visit);
  return out;
}

absl::StatusOr<AlertFilter> ToFilter(const rpc::Call& call, const v1::ListTraceAlertsRequest& in) {
  FieldReader read;
  AlertFilter filter;
  filter.operator_id = read.Name("operator", in.operator_(), "operators", false);
  filter.region = read.Region("region", in.region(), filter.operator_id.empty());
  RETURN_IF_ERROR(read.Done());
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  if (in.open_only()) filter.state = AlertState::kOpen;
  return filter;
}

absl::StatusOr<SettleOrder> ToOrder(const rpc::Call& call, const v1::SettleTraceAlertRequest& in) {
  FieldReader read;
  SettleOrder order;
  read.Name("name", in.name(), "alerts", true);
  order.etag = in.etag();
  Settlement& settlement = order.settlement;
  const v1::TraceAlertFinding finding =
      read.Stated("finding", in.finding(), v1::TraceAlertFinding_IsValid);
  if (finding == v1::TRACE_ALERT_FINDING_CHECKED) {
    read.Bad("finding", "follows from a recorded visit alone", "仅由监督检查记录产生", "ENUM");
  }
  settlement.finding = static_cast<AlertFinding>(static_cast<int>(finding));
  settlement.reason = read.Paragraphs("reason", in.reason(), limits::kRemarkCodePointsMax, true);
  RETURN_IF_ERROR(read.Done());
  ASSIGN_OR_RETURN(order.key, ToKey(in.name(), "alerts"));
  settlement.time = call.now();
  settlement.person = call.officer().person;
  settlement.organisation = call.officer().organisation;
  settlement.card = call.officer().card;
  return order;
}

}  // namespace shian::inspection::check
