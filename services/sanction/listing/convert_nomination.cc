#include "services/sanction/listing/convert_nomination.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::sanction::convert {
namespace {

v1::NominationEvent ToProto(const NominationEvent& event) {
  v1::NominationEvent out;
  out.set_sequence(event.sequence);
  out.set_act(static_cast<v1::NominationAct>(event.act));
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  *out.mutable_actor() = convert::ToProto(event.actor);
  out.set_text(event.text);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  return out;
}

}  // namespace

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies,
                        Nomination* nomination) {
  nomination->clocks.clear();
  for (const NominationEvent& event : nomination->events) {
    for (const StartedClock& started : event.clocks) {
      ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, started, event.time));
      // The decision ends whatever runs.
      if (!nomination->open()) clock.done = nomination->events.back().time;
      nomination->clocks.push_back(std::move(clock));
    }
  }
  return absl::OkStatus();
}

v1::Nomination ToProto(const Nomination& nomination, const NominationView& view) {
  v1::Nomination out;
  out.set_name(nomination.name());
  out.set_etag(nomination.etag());
  *out.mutable_provenance() =
      ToProvenance({view.origin, nomination.id.value(), nomination.organisation,
                    nomination.events.front().recorded});
  *out.mutable_party() = convert::ToProto(view.party, Shown::kMasked);
  out.set_region(nomination.region);
  out.set_organisation(nomination.organisation);
  out.set_list(nomination.list);
  out.set_ground(nomination.ground);
  out.set_ground_title(nomination.ground_title);
  *out.mutable_legal_basis() = convert::ToProto(nomination.basis);
  if (nomination.edition) *out.mutable_edition_date() = convert::ToProto(*nomination.edition);
  out.set_state(static_cast<v1::NominationState>(StateOf(nomination)));
  if (!nomination.entry.empty()) {
    out.set_entry(
        absl::StrCat("operators/", nomination.op.value(), "/entries/", nomination.entry.value()));
  }
  for (const NominationEvent& event : nomination.events) *out.add_events() = ToProto(event);
  for (const Clock& clock : nomination.clocks) {
    *out.add_deadlines() = convert::ToProto(clock, view.locale);
  }
  out.set_policy_revision(nomination.rule_revision);
  return out;
}

}  // namespace shian::sanction::convert
