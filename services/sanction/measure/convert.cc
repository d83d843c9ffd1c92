#include "services/sanction/measure/convert.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/auth/system.h"
#include "libs/base/status_macros.h"
#include "libs/policy/convert.h"

namespace shian::sanction::convert {
namespace {

constexpr char kNotConfirmed[] = "依据标注为“待核对”，尚未核对原文，不予启用";
constexpr char kDesigned[] = "依据标注为“设计值”，并非法律规定，不予启用";

// The penalty that a word of the list rule means. Fines and "others" are no condition: the policy
// is refused.
std::optional<PenaltyKind> PenaltyOf(int heavier) {
  switch (heavier) {
    case policy::v1::HEAVIER_PENALTY_DOWNGRADE:
      return PenaltyKind::kLicenceDowngrade;
    case policy::v1::HEAVIER_PENALTY_REVOCATION:
      return PenaltyKind::kLicenceRevocation;
    case policy::v1::HEAVIER_PENALTY_RESTRICTION:
      return PenaltyKind::kActivityRestriction;
    case policy::v1::HEAVIER_PENALTY_SHUTDOWN:
      return PenaltyKind::kShutdown;
    case policy::v1::HEAVIER_PENALTY_CLOSURE:
      return PenaltyKind::kClosure;
    case policy::v1::HEAVIER_PENALTY_OCCUPATION_BAN:
      return PenaltyKind::kOccupationBan;
    default:
      return std::nullopt;
  }
}

// An empty demand is met by everyone.
template <class Range, class Meets>
bool MeetsOne(const Range& demands, Meets meets) {
  return demands.empty() || std::any_of(demands.begin(), demands.end(), meets);
}

bool AppliesTo(const policy::v1::MeasureRule& rule, const Occasion& occasion) {
  if (!rule.by_default() || !IsActive(rule)) return false;
  if (!occasion.joint_effect && rule.group() != policy::v1::MEASURE_GROUP_INCENTIVE) return false;
  const auto& lists = rule.list_types();
  if (std::find(lists.begin(), lists.end(), occasion.list) == lists.end()) return false;
  if (!MeetsOne(rule.regions(), [&](const std::string& region) {
        return auth::RegionCovers(region, occasion.region);
      })) {
    return false;
  }
  return MeetsOne(rule.needs_penalties(), [&](int heavier) {
    const std::optional<PenaltyKind> kind = PenaltyOf(heavier);
    return kind && occasion.penalties.contains(*kind);
  });
}

MeasureTerms ToTerms(const policy::v1::MeasureRule& rule, const std::string& objection_chain) {
  MeasureTerms terms;
  terms.start = static_cast<StartRule>(rule.start());
  terms.end = static_cast<EndRule>(rule.end());
  terms.period_months = rule.own_period_months();
  terms.effect = rule.effect();
  terms.visits_percent = rule.visits_percent();
  terms.lift_clock = rule.lift_clock();
  terms.objection_clock = rule.objection_clock();
  terms.objection_chain = objection_chain;
  return terms;
}

CatalogueItem ToItem(const policy::v1::MeasureRule& rule, const std::string& system) {
  CatalogueItem item;
  item.item = rule.id();
  item.title = rule.title_zh();
  item.system = system;
  item.department_title = rule.department_zh();
  item.basis = policy::ToBasis(rule.legal_basis());
  for (const std::string& key : {rule.acknowledge_clock(), rule.report_clock()}) {
    if (!key.empty()) item.clocks.push_back({key, ""});
  }
  return item;
}

v1::MeasureReport ToReport(const MeasureEvent& event) {
  v1::MeasureReport out;
  out.set_sequence(event.sequence);
  out.set_outcome(static_cast<v1::MeasureOutcome>(event.outcome));
  out.set_note(event.note);
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  out.set_system(event.system);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  return out;
}

absl::StatusOr<Clock> ReportClock(store::ReadTx& tx, const policy::Policies& policies,
                                  const Measure& measure, absl::Time start) {
  ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, measure.started[1], start));
  ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
  clock.due = calendar::DueOf(*calendar, start, clock.rule.budget, SuspensionsOf(measure));
  if (const MeasureEvent* reported = measure.First(MeasureAct::kReported)) {
    clock.done = reported->time;
  }
  return clock;
}

// The one clock that an event started, until another one.
absl::Status AddClockOf(store::ReadTx& tx, const policy::Policies& policies,
                        const MeasureEvent* began, const MeasureEvent* ended, Measure* measure) {
  if (began == nullptr || began->clocks.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, began->clocks.front(), began->recorded));
  if (ended != nullptr) clock.done = ended->recorded;
  measure->clocks.push_back(std::move(clock));
  return absl::OkStatus();
}

void FillObjection(const Measure& measure, const MeasureView& view, v1::Measure* out) {
  const MeasureEvent* objected = measure.Last(MeasureAct::kObjected);
  if (objected == nullptr) return;
  v1::MeasureObjection* objection = out->mutable_objection();
  objection->set_reasons(objected->note);
  *objection->mutable_time() = convert::ToProto(objected->time);
  for (const Document& document : objected->documents) {
    *objection->add_documents() = convert::ToProto(document);
  }
  const MeasureEvent* withdrawn = measure.Last(MeasureAct::kWithdrawn);
  const MeasureEvent* answered =
      withdrawn != nullptr ? withdrawn : measure.Last(MeasureAct::kObjectionDismissed);
  if (answered == nullptr) return;
  *objection->mutable_answer_time() = convert::ToProto(answered->time);
  objection->set_upheld(withdrawn != nullptr);
  objection->set_answer(answered->note);
  if (view.bureau) *objection->mutable_actor() = convert::ToProto(answered->actor);
}

void FillTimes(const Measure& measure, const MeasureView& view, v1::Measure* out) {
  const MeasureEvent& ordered = measure.events.front();
  *out->mutable_order_time() = convert::ToProto(ordered.time);
  if (const auto start = StartOf(measure)) *out->mutable_start_time() = convert::ToProto(*start);
  if (const MeasureEvent* event = measure.Last(MeasureAct::kAcknowledged)) {
    *out->mutable_acknowledge_time() = convert::ToProto(event->time);
  }
  if (!measure.annulled && view.as_of < measure.end) return;
  *out->mutable_end_time() = convert::ToProto(measure.end);
  out->set_end_cause(static_cast<v1::MeasureEndCause>(measure.cause));
  if (const MeasureEvent* confirmed = Confirmation(measure)) {
    *out->mutable_confirm_time() = convert::ToProto(confirmed->time);
  }
}

}  // namespace

std::vector<calendar::Suspension> SuspensionsOf(const Measure& measure) {
  const MeasureEvent* objected = measure.Last(MeasureAct::kObjected);
  if (objected == nullptr) return {};
  const MeasureEvent* dismissed = measure.Last(MeasureAct::kObjectionDismissed);
  const Date to = dismissed == nullptr ? calendar::kRunning : ToDate(dismissed->time);
  return {{ToDate(objected->time), to, "部门异议处理期间"}};
}

bool IsActive(const policy::v1::MeasureRule& rule) {
  return rule.mark() == policy::v1::RULE_MARK_FOUND;
}

std::vector<CatalogueItem> ToItems(const policy::v1::MeasureCatalogue& catalogue,
                                   const Occasion& occasion) {
  std::vector<CatalogueItem> items;
  for (const policy::v1::MeasureRule& rule : catalogue.measures()) {
    if (!AppliesTo(rule, occasion)) continue;
    for (const std::string& system : rule.system_ids()) {
      items.push_back(ToItem(rule, system));
      items.back().terms = ToTerms(rule, catalogue.objection_chain());
    }
  }
  return items;
}

v1::MeasureItem ToProto(const policy::v1::MeasureRule& rule) {
  v1::MeasureItem out;
  out.set_item(rule.id());
  out.set_title(rule.title_zh());
  out.set_group(rule.group());
  *out.mutable_legal_basis() = rule.legal_basis();
  out.set_department_title(rule.department_zh());
  *out.mutable_systems() = rule.system_ids();
  out.set_start(rule.start());
  out.set_end(rule.end());
  out.set_own_period_months(rule.own_period_months());
  *out.mutable_lists() = rule.list_types();
  *out.mutable_regions() = rule.regions();
  out.set_effect(rule.effect());
  *out.mutable_needs_penalties() = rule.needs_penalties();
  out.set_by_default(rule.by_default());
  out.set_mark(rule.mark());
  out.set_active(IsActive(rule));
  if (!IsActive(rule)) {
    out.set_inactive_reason(rule.mark() == policy::v1::RULE_MARK_DESIGN ? kDesigned
                                                                        : kNotConfirmed);
  }
  out.set_note(rule.note_zh());
  return out;
}

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Measure* measure) {
  measure->clocks.clear();
  const MeasureEvent* acknowledged = measure->Last(MeasureAct::kAcknowledged);
  if (!measure->started.empty()) {
    ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, measure->started.front(),
                                               measure->events.front().time));
    if (acknowledged != nullptr) clock.done = acknowledged->time;
    measure->clocks.push_back(std::move(clock));
  }
  // The second clock runs from the acknowledgement to the first report.
  if (measure->started.size() > 1 && acknowledged != nullptr) {
    ASSIGN_OR_RETURN(Clock clock, ReportClock(tx, policies, *measure, acknowledged->time));
    measure->clocks.push_back(std::move(clock));
  }
  const MeasureEvent* answered = measure->Last(MeasureAct::kObjectionDismissed);
  if (answered == nullptr) answered = measure->Last(MeasureAct::kWithdrawn);
  RETURN_IF_ERROR(
      AddClockOf(tx, policies, measure->Last(MeasureAct::kObjected), answered, measure));
  return AddClockOf(tx, policies, measure->Last(MeasureAct::kLifted), Confirmation(*measure),
                    measure);
}

v1::Measure ToProto(const Measure& measure, const MeasureView& view) {
  const MeasureEvent& ordered = measure.events.front();
  v1::Measure out;
  out.set_name(measure.name());
  out.set_etag(measure.etag());
  *out.mutable_provenance() = ToProvenance({view.origin, measure.id.value(), "", ordered.recorded});
  *out.mutable_party() = convert::ToProto(view.party, view.shown);
  out.set_entry(measure.entry_name());
  out.set_list(measure.list);
  out.set_region(measure.region);
  out.set_item(measure.item);
  out.set_title(measure.title);
  out.set_system(measure.system);
  out.set_department_title(measure.department_title);
  *out.mutable_legal_basis() = convert::ToProto(measure.basis);
  out.set_state(static_cast<v1::MeasureState>(StateOf(measure, view.as_of)));
  FillTimes(measure, view, &out);
  FillObjection(measure, view, &out);
  out.set_effect(static_cast<policy::v1::MeasureEffect>(measure.terms.effect));
  for (const MeasureEvent& event : measure.events) {
    if (event.act == MeasureAct::kReported) *out.add_reports() = ToReport(event);
  }
  out.set_policy_revision(measure.catalogue_revision);
  for (const Clock& clock : measure.clocks) {
    *out.add_deadlines() = convert::ToProto(clock, view.locale);
  }
  return out;
}

v1::MeasureOrdered ToOrdered(const Measure& measure) {
  v1::MeasureOrdered out;
  out.set_operator_("operators/" + measure.op.value());
  out.set_measure(measure.name());
  out.set_entry(measure.entry_name());
  out.set_region(measure.region);
  out.set_system(measure.system);
  out.set_item(measure.item);
  *out.mutable_order_time() = convert::ToProto(measure.events.front().time);
  out.set_effect(static_cast<policy::v1::MeasureEffect>(measure.terms.effect));
  out.set_visits_percent(measure.terms.visits_percent);
  return out;
}

v1::MeasureLifted ToLifted(const Measure& measure) {
  v1::MeasureLifted out;
  out.set_operator_("operators/" + measure.op.value());
  out.set_measure(measure.name());
  out.set_region(measure.region);
  out.set_system(measure.system);
  out.set_item(measure.item);
  out.set_cause(static_cast<v1::MeasureEndCause>(measure.cause));
  *out.mutable_end_time() = convert::ToProto(measure.end);
  return out;
}

}  // namespace shian::sanction::convert
