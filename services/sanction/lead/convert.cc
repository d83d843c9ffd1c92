#include "services/sanction/lead/convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::sanction::convert {

absl::Status FillClock(store::ReadTx& tx, const policy::Policies& policies, Lead* lead) {
  ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, lead->started, lead->found));
  clock.done = lead->taken_up_at;
  lead->clock = std::move(clock);
  return absl::OkStatus();
}

v1::Lead ToProto(const Lead& lead, const LeadView& view) {
  v1::Lead out;
  out.set_name(lead.name());
  out.set_region(lead.region);
  out.set_evidence(lead.evidence);
  out.set_summary(lead.summary);
  *out.mutable_found_time() = convert::ToProto(lead.found);
  if (lead.clock) *out.mutable_filing_deadline() = convert::ToProto(*lead.clock, view.locale);
  if (!lead.open()) {
    out.set_case_(absl::StrCat("operators/", lead.op.value(), "/cases/", lead.taken_up.value()));
  }
  *out.mutable_provenance() = ToProvenance({view.origin, lead.cause, "", lead.recorded});
  return out;
}

}  // namespace shian::sanction::convert
