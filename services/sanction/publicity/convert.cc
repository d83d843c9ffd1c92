#include "services/sanction/publicity/convert.h"

#include "libs/base/status_macros.h"

namespace shian::sanction::convert {
namespace {

v1::PublicityEvent ToProto(const PublicityEvent& event) {
  v1::PublicityEvent out;
  out.set_sequence(event.sequence);
  out.set_act(static_cast<v1::PublicityAct>(event.act));
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  if (!event.actor.person.empty()) *out.mutable_actor() = convert::ToProto(event.actor);
  out.set_text(event.text);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  out.set_field(event.field);
  out.set_reorganisation(event.reorganisation);
  return out;
}

v1::RepairRuleRef ToRuleRef(const RepairTerms& terms, const RepairClass* one) {
  v1::RepairRuleRef out;
  if (one != nullptr) {
    out.set_class_title(one->title);
    *out.mutable_legal_basis() = convert::ToProto(one->basis);
  }
  out.set_policy_revision(terms.revision);
  out.set_provincial_revision(terms.provincial_revision);
  return out;
}

}  // namespace

const char* ChainAct(PublicityAct act) {
  switch (act) {
    case PublicityAct::kRepairRequested:
      return "request";
    case PublicityAct::kRepairAccepted:
      return "acceptance";
    case PublicityAct::kRepairGranted:
    case PublicityAct::kRepairRefused:
      return "decision";
    case PublicityAct::kDisputed:
      return "dispute";
    case PublicityAct::kDisputeUpheld:
    case PublicityAct::kDisputeDismissed:
      return "dispute_decision";
    case PublicityAct::kPushed:
      return "push";
    case PublicityAct::kCoPublished:
      return "co_publication";
    case PublicityAct::kWithdrawn:
      return "withdrawal";
    case PublicityAct::kExpired:
    case PublicityAct::kWithdrawalDue:
    case PublicityAct::kPushDue:
      return "";
  }
  return "";
}

bool IsRepair(PublicityAct act) { return act <= PublicityAct::kRepairRefused; }

std::vector<auth::ChainStep> StepsOf(const Publicity& publicity) {
  std::vector<auth::ChainStep> steps;
  for (const sanction::PublicityEvent& event : publicity.events) {
    // Who took in an earlier request or dispute is free to decide this one.
    if (event.act == PublicityAct::kRepairRequested || event.act == PublicityAct::kDisputed) {
      std::erase_if(steps, [&](const auth::ChainStep& step) {
        const bool of_repair = step.act == "request" || step.act == "acceptance";
        return IsRepair(event.act) ? of_repair : step.act == "dispute";
      });
    }
    steps.push_back({ChainAct(event.act), event.actor.person, event.time});
  }
  return steps;
}

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Publicity* publicity) {
  publicity->clocks.clear();
  for (const sanction::PublicityEvent& event : publicity->events) {
    for (size_t place = 0; place < event.clocks.size(); ++place) {
      ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, event.clocks[place], event.time));
      const sanction::PublicityEvent* end = EndedBy(*publicity, event, place);
      if (end != nullptr) clock.done = end->time;
      publicity->clocks.push_back(std::move(clock));
    }
  }
  return absl::OkStatus();
}

v1::Publicity ToProto(const Publicity& publicity, const PublicityView& view) {
  const Case& c = publicity.c;
  v1::Publicity out;
  out.set_name(publicity.name());
  out.set_etag(publicity.etag());
  *out.mutable_provenance() =
      ToProvenance({view.origin, c.id.value(), c.organisation, c.events.front().recorded});
  out.set_case_(c.name());
  *out.mutable_party() = convert::ToProto(view.party, Shown::kMasked);
  out.set_region(c.region);
  out.set_organisation(c.organisation);
  out.set_decision_number(c.penalty()->decision_number);
  for (const PenaltyKind kind : c.penalty()->kinds) {
    out.add_kinds(static_cast<v1::PenaltyKind>(kind));
  }
  const PublicityState state = StateAt(publicity, view.as_of);
  out.set_state(static_cast<v1::PublicityState>(state));
  if (const Event* published = c.Last(Act::kPenaltyPublished)) {
    *out.mutable_publish_time() = convert::ToProto(published->time);
    *out.mutable_until_date() = convert::ToProto(*published->until);
  }
  if (view.one != nullptr) out.set_repair_bar(BarOf(*view.one, *c.penalty()));
  if (view.repairable && out.repair_bar().empty()) {
    *out.mutable_repairable_date() = convert::ToProto(*view.repairable);
  }
  *out.mutable_repair_rule() = ToRuleRef(view.terms, view.one);
  out.set_disputed(publicity.disputed());
  const absl::Time end = EndOf(publicity);
  if (end <= view.as_of || state == PublicityState::kAnnulled) {
    *out.mutable_end_time() = convert::ToProto(end);
  }
  for (const sanction::PublicityEvent& event : publicity.events) {
    *out.add_events() = ToProto(event);
  }
  for (const Clock& clock : publicity.clocks) {
    *out.add_deadlines() = convert::ToProto(clock, view.locale);
  }
  return out;
}

v1::PenaltyPublicityEnded ToEnded(const Publicity& publicity, PublicityState how, absl::Time time) {
  v1::PenaltyPublicityEnded out;
  out.set_operator_("operators/" + publicity.c.op.value());
  out.set_case_(publicity.c.name());
  out.set_region(publicity.c.region);
  out.set_how(static_cast<v1::PublicityState>(how));
  *out.mutable_end_time() = convert::ToProto(time);
  return out;
}

v1::PenaltyEndedCard ToEndedCard(const Publicity& publicity, PublicityState how, absl::Time time) {
  v1::PenaltyEndedCard out;
  out.set_operator_("operators/" + publicity.c.op.value());
  out.set_decision_number(publicity.c.penalty()->decision_number);
  out.set_authority(publicity.c.organisation);
  out.set_how(static_cast<v1::PublicityState>(how));
  *out.mutable_end_date() = convert::ToProto(ToDate(time));
  return out;
}

}  // namespace shian::sanction::convert
