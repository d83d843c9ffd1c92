#include "services/sanction/listing/convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status_macros.h"
#include "libs/codes/regions.h"
#include "libs/policy/convert.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

calendar::Budget ToBudget(const policy::v1::ListPeriod& period) {
  return {period.count(), policy::ToUnit(period.unit()), calendar::LastDay::kNone};
}

policy::v1::RegionLevel LevelOf(absl::string_view region) {
  const auto level = codes::RegionLevelOf(region);
  if (!level) return policy::v1::REGION_LEVEL_NATIONAL;
  switch (*level) {
    case codes::RegionLevel::kProvince:
      return policy::v1::REGION_LEVEL_PROVINCE;
    case codes::RegionLevel::kPrefecture:
      return policy::v1::REGION_LEVEL_CITY;
    case codes::RegionLevel::kCounty:
      return policy::v1::REGION_LEVEL_COUNTY;
    case codes::RegionLevel::kTownship:
    case codes::RegionLevel::kVillage:
      return policy::v1::REGION_LEVEL_TOWNSHIP;
  }
  return policy::v1::REGION_LEVEL_NATIONAL;
}

v1::EntryEvent ToProto(const EntryEvent& event) {
  v1::EntryEvent out;
  out.set_sequence(event.sequence);
  out.set_act(static_cast<v1::EntryAct>(event.act));
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  if (!event.actor.person.empty()) *out.mutable_actor() = convert::ToProto(event.actor);
  out.set_text(event.text);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  return out;
}

// The event that ends a clock which `started` began.
absl::Time DoneBy(const Entry& entry, const StartedClock& clock, const EntryEvent& started) {
  for (const EntryEvent& event : entry.events) {
    if (event.sequence <= started.sequence) continue;
    const bool published = started.act == EntryAct::kDecided && event.act == EntryAct::kPublished;
    const bool decided =
        started.act == EntryAct::kRepairRequested &&
        (event.act == EntryAct::kRepairGranted || event.act == EntryAct::kRepairRefused);
    const bool accepted = event.act == EntryAct::kRepairAccepted &&
                          started.act == EntryAct::kRepairRequested &&
                          clock.key == started.clocks.front().key;
    const bool answered =
        started.act == EntryAct::kDisputed &&
        (event.act == EntryAct::kDisputeUpheld || event.act == EntryAct::kDisputeDismissed);
    // Nothing is due any more of what was set aside or removed.
    const bool ended = event.act == EntryAct::kAnnulled || event.act == EntryAct::kRemoved;
    if (published || decided || accepted || answered || ended) return event.time;
  }
  // Publicity stops in the act that grants the repair.
  return started.act == EntryAct::kRepairGranted ? started.time : absl::InfiniteFuture();
}

}  // namespace

std::string ListRuleId(absl::string_view list) {
  return absl::StrCat("list.", absl::StrReplaceAll(absl::AsciiStrToLower(list), {{"_", "-"}}));
}

ListingRule ToListingRule(const policy::v1::ListRule& rule, const std::string& revision,
                          absl::string_view region) {
  ListingRule out;
  out.list = rule.list_type();
  out.title = rule.title_zh();
  out.revision = revision;
  if (rule.header().legal_basis_size() > 0) {
    out.basis = policy::ToBasis(rule.header().legal_basis(0));
  }
  out.joint_effect = rule.joint_effect();
  out.incentive_effect = rule.incentive_effect();
  out.needs_penalty = !rule.heavier_penalties().empty();
  out.editions = rule.editions();
  out.heavier = ToHeavierRule(rule, revision);
  for (const policy::v1::ListGround& ground : rule.grounds()) {
    out.grounds.push_back({ground.key(), ground.title_zh(), policy::ToBasis(ground.legal_basis())});
  }
  out.period = ToBudget(rule.listing_period());
  out.longer_ban_prevails = rule.longer_ban_prevails();
  out.repair_after = ToBudget(rule.early_removal_after());
  out.repair_basis = policy::ToBasis(rule.early_removal_after().legal_basis());
  for (const policy::v1::ListCondition& one : rule.removal_conditions()) {
    out.repair_conditions.push_back(
        {one.key(), one.title_zh(), policy::ToBasis(one.legal_basis())});
  }
  const auto& levels = rule.consent_needed_at();
  out.consent_needed = std::find(levels.begin(), levels.end(), LevelOf(region)) != levels.end();
  out.chain = rule.approval_chain();
  out.repair_chain = rule.removal_chain();
  out.catalogue = rule.measure_catalogue();
  if (!out.needs_penalty) out.objection_clock = rule.clocks().statement();
  out.publish_clock = rule.clocks().publish();
  out.accept_clock = rule.clocks().repair_accept();
  out.decide_clock = rule.clocks().repair_decide();
  out.stop_clock = rule.clocks().repair_stop();
  out.ended_shown_for = {rule.ended_shown_for().begin(), rule.ended_shown_for().end()};
  return out;
}

std::string ToList(const std::string& list, Reader* reader) {
  const bool good = !list.empty() && list.size() <= limits::kIdCharsMax &&
                    std::all_of(list.begin(), list.end(),
                                [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  if (!good) {
    reader->Wrong(
        "list", {"must name a kind of list, such as SAMR_SERIOUS", "应为名单种类，如SAMR_SERIOUS"});
  }
  return list;
}

std::vector<auth::ChainStep> RepairSteps(const Entry& entry) {
  const sanction::EntryEvent* asked = PendingRepair(entry);
  if (asked == nullptr) return {};
  std::vector<auth::ChainStep> steps = {{"request", asked->actor.person, asked->time}};
  const sanction::EntryEvent* accepted = entry.Last(EntryAct::kRepairAccepted);
  if (accepted != nullptr && accepted->sequence > asked->sequence) {
    steps.push_back({"acceptance", accepted->actor.person, accepted->time});
  }
  return steps;
}

Purpose ToPurpose(v1::Purpose purpose, const std::string& reference, Reader* reader) {
  if (purpose == v1::PURPOSE_UNSPECIFIED || !v1::Purpose_IsValid(purpose)) {
    reader->Wrong("purpose", {"is required", "不能为空"});
    return Purpose::kPublic;
  }
  const auto out = static_cast<Purpose>(purpose);
  reader->Line("reference", reference, limits::kNumberCodePointsMax,
               ReadsThePast(out) ? Reader::Need::kRequired : Reader::Need::kOptional);
  return out;
}

Viewer ToViewer(Purpose purpose, const ListingRule& rule) {
  const std::string name = v1::Purpose_Name(static_cast<v1::Purpose>(purpose));
  const size_t prefix = std::string("PURPOSE_").size();
  return {purpose, rule.ended_shown_for.contains(name.substr(prefix))};
}

absl::StatusOr<ListingRule> RuleNowOf(store::ReadTx& tx, const policy::Policies& policies,
                                      const Entry& entry, Date on) {
  auto rule = policies.InForce<policy::v1::ListRule>(tx, ListRuleId(entry.list), on);
  if (errors::ReasonOf(rule.status()) == errors::Reason::kPolicyNotInForce) {
    rule = policies.OfRevision<policy::v1::ListRule>(tx, entry.rule_revision);
  }
  if (!rule.ok()) return rule.status();
  return ToListingRule(rule->policy(), rule->revision, entry.region);
}

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Entry* entry) {
  entry->clocks.clear();
  for (const EntryEvent& event : entry->events) {
    for (const StartedClock& started : event.clocks) {
      ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, started, event.time));
      clock.done = DoneBy(*entry, started, event);
      entry->clocks.push_back(std::move(clock));
    }
  }
  return absl::OkStatus();
}

v1::Entry ToProto(const Entry& entry, const EntryView& view) {
  const EntryEvent& decided = entry.events.front();
  v1::Entry out;
  out.set_name(entry.name());
  out.set_etag(entry.etag());
  *out.mutable_provenance() =
      ToProvenance({view.origin, entry.id.value(), entry.organisation, decided.recorded});
  *out.mutable_party() = convert::ToProto(view.party, Shown::kMasked);
  out.set_case_(entry.case_name());
  out.set_region(entry.region);
  out.set_organisation(entry.organisation);
  out.set_list(entry.list);
  out.set_ground(entry.ground);
  out.set_ground_title(entry.ground_title);
  *out.mutable_legal_basis() = convert::ToProto(entry.basis);
  out.set_reasons(decided.text);
  const std::optional<EntryState> state = StateAt(entry, view.as_of);
  if (state) out.set_state(static_cast<v1::EntryState>(*state));
  *out.mutable_decide_time() = convert::ToProto(decided.time);
  const EntryEvent* published = entry.Last(EntryAct::kPublished);
  if (published != nullptr) *out.mutable_publish_time() = convert::ToProto(published->time);
  *out.mutable_until_date() = convert::ToProto(entry.until);
  if (entry.repairable) *out.mutable_repairable_date() = convert::ToProto(*entry.repairable);
  const absl::Time end = EndOf(entry);
  if (end <= view.as_of || state == EntryState::kAnnulled) {
    *out.mutable_end_time() = convert::ToProto(end);
  }
  for (const EntryEvent& event : entry.events) *out.add_events() = ToProto(event);
  for (const Clock& clock : entry.clocks) {
    *out.add_deadlines() = convert::ToProto(clock, view.locale);
  }
  out.set_policy_revision(entry.rule_revision);
  out.set_nomination(entry.nomination_name());
  if (entry.edition) *out.mutable_edition_date() = convert::ToProto(*entry.edition);
  out.set_joint_effect(entry.joint_effect);
  out.set_disputed(IsDisputed(entry));
  return out;
}

v1::ListingPublished ToPublished(const Entry& entry) {
  v1::ListingPublished out;
  out.set_operator_("operators/" + entry.op.value());
  out.set_entry(entry.name());
  out.set_case_(entry.case_name());
  out.set_region(entry.region);
  out.set_list(entry.list);
  out.set_ground(entry.ground);
  *out.mutable_publish_time() = convert::ToProto(entry.Last(EntryAct::kPublished)->time);
  *out.mutable_until_date() = convert::ToProto(entry.until);
  *out.mutable_legal_basis() = convert::ToProto(entry.basis);
  out.set_without_joint_effect(!entry.joint_effect);
  if (entry.edition) *out.mutable_edition_date() = convert::ToProto(*entry.edition);
  return out;
}

v1::ListingEnded ToEnded(const Entry& entry, EntryState how, absl::Time time) {
  v1::ListingEnded out;
  out.set_operator_("operators/" + entry.op.value());
  out.set_entry(entry.name());
  out.set_region(entry.region);
  out.set_list(entry.list);
  out.set_how(static_cast<v1::EntryState>(how));
  *out.mutable_end_time() = convert::ToProto(time);
  *out.mutable_legal_basis() = convert::ToProto(entry.basis);
  return out;
}

v1::ListingCard ToCard(const Entry& entry, const Party& party) {
  v1::ListingCard out;
  out.set_operator_("operators/" + entry.op.value());
  if (!party.natural_person) {
    out.set_name(party.name);
    out.set_code(party.code);
  }
  out.set_entry(entry.name());
  out.set_list(entry.list);
  out.set_ground(entry.ground_title);
  *out.mutable_legal_basis() = convert::ToProto(entry.basis);
  out.set_decision_number(entry.decision_number);
  out.set_authority(entry.organisation);
  *out.mutable_listed_date() = convert::ToProto(ToDate(entry.events.front().time));
  *out.mutable_until_date() = convert::ToProto(entry.until);
  if (entry.edition) *out.mutable_edition_date() = convert::ToProto(*entry.edition);
  return out;
}

v1::ListingEndedCard ToEndedCard(const Entry& entry, EntryState how, absl::Time time) {
  v1::ListingEndedCard out;
  out.set_operator_("operators/" + entry.op.value());
  out.set_entry(entry.name());
  out.set_how(static_cast<v1::EntryState>(how));
  *out.mutable_end_date() = convert::ToProto(ToDate(time));
  return out;
}

}  // namespace shian::sanction::convert
