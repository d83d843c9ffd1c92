// Alerts of trace, as credit shows them: what kind of clue, when, and no word of a sender's own.
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/credit/archive/convert.h"

namespace shian::credit {
namespace {

Evidence AlertEvidence(const std::string& source, absl::Time time, const char* tag,
                       const char* title) {
  Evidence evidence;
  evidence.kind = EvidenceKind::kTraceAlert;
  evidence.source = source;
  evidence.time = time;
  evidence.tags = {tag};
  evidence.summary =
      absl::StrCat("追溯预警（线索，不计分）：", title, "，", FormatDate(ToDate(time)));
  return evidence;
}

Evidence ColdEvidence(const std::string& source, absl::Time time) {
  return AlertEvidence(source, time, "COLD_EXCURSION", "冷链温度偏离");
}

Evidence BalanceEvidence(const std::string& source, absl::Time time, bool over) {
  return over ? AlertEvidence(source, time, "MASS_BALANCE_OVER", "物料平衡超出")
              : AlertEvidence(source, time, "MASS_BALANCE_SHORT", "物料平衡短少");
}

}  // namespace

Evidence ToEvidence(const trace::v1::FoundExcursion& found) {
  return ColdEvidence(found.name(), FromProto(found.excursion().begin_time()));
}

Evidence ToEvidence(const trace::v1::FoundImbalance& found) {
  return BalanceEvidence(found.name(), FromProto(found.event_time()),
                         found.verdict() == trace::v1::BALANCE_VERDICT_OVER);
}

Evidence ToEvidence(const inspection::v1::TraceAlertSettled& settled) {
  const absl::Time time = FromProto(settled.occur_time());
  if (settled.kind() == inspection::v1::TRACE_ALERT_KIND_COLD_EXCURSION) {
    return ColdEvidence(settled.alert(), time);
  }
  return BalanceEvidence(settled.alert(), time,
                         settled.kind() == inspection::v1::TRACE_ALERT_KIND_MASS_BALANCE_OVER);
}

}  // namespace shian::credit
