#include "services/sanction/lead/convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::sanction::convert {
namespace {

v1::LeadState StateOf(const Lead& lead) {
  if (lead.open()) return v1::LEAD_STATE_OPEN;
  return lead.declined() ? v1::LEAD_STATE_DECLINED : v1::LEAD_STATE_FILED;
}

}  // namespace

absl::string_view ChainAct(LeadAct act) {
  return act == LeadAct::kExtended ? "extension" : "decline";
}

absl::Status FillClock(store::ReadTx& tx, const policy::Policies& policies, Lead* lead) {
  ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, lead->started, lead->found));
  if (const int times = lead->extensions(); times > 0) {
    clock.rule.budget.count += times * clock.rule.extension_count;
    ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
    clock.due = calendar::DueOf(*calendar, clock.start, clock.rule.budget, {});
  }
  clock.done = lead->ended;
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
  out.set_state(StateOf(lead));
  for (const LeadEvent& event : lead.events) {
    v1::LeadEvent* one = out.add_events();
    one->set_act(static_cast<v1::LeadAct>(event.act));
    *one->mutable_time() = convert::ToProto(event.time);
    *one->mutable_actor() = convert::ToProto(event.actor);
    one->set_text(event.text);
    one->set_chain_revision(event.chain_revision);
  }
  if (!lead.taken_up.empty()) {
    out.set_case_(absl::StrCat("operators/", lead.op.value(), "/cases/", lead.taken_up.value()));
  }
  *out.mutable_provenance() = ToProvenance({view.origin, lead.cause, "", lead.recorded});
  return out;
}

}  // namespace shian::sanction::convert
