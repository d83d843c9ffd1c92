#include "services/sanction/lead/lead.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"

namespace shian::sanction {

using errors::Reason;
using errors::Refuse;

int Lead::extensions() const {
  return static_cast<int>(std::count_if(events.begin(), events.end(), [](const LeadEvent& event) {
    return event.act == LeadAct::kExtended;
  }));
}

std::optional<Lead> AsOf(Lead lead, absl::Time as_of, absl::Time known_at) {
  if (lead.found > as_of || lead.recorded > known_at) return std::nullopt;
  // What happens to a lead is recorded when it happens.
  const absl::Time then = std::min(as_of, known_at);
  if (lead.ended > then) {
    lead.taken_up = CaseId();
    lead.ended = absl::InfiniteFuture();
  }
  std::erase_if(lead.events, [&](const LeadEvent& event) { return event.time > then; });
  return lead;
}

absl::Status CheckAct(const Lead& lead, LeadAct act, absl::Time now) {
  const calendar::Rule& rule = lead.clock->rule;
  if (!lead.taken_up.empty()) {
    return Refuse(Reason::kLeadAlreadyFiled, {{"lead", lead.name()}}, rule.basis);
  }
  if (lead.declined()) return Refuse(Reason::kStepAlreadyDone, {{"step", "不予立案"}}, rule.basis);
  if (act == LeadAct::kDeclined) return absl::OkStatus();
  const bool again = lead.extensions() < rule.extensions_max;
  const bool in_time = !lead.clock->due.known() || now <= lead.clock->due.due;
  if (again && in_time) return absl::OkStatus();
  return Refuse(Reason::kExtensionNotAllowed, {{"max", absl::StrCat(rule.extension_count)}},
                rule.basis);
}

}  // namespace shian::sanction
