#include "services/credit/rating/determine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"

namespace shian::credit {
namespace {

using Which = EventScope::Which;

// Whether a base rests on it no more: it was set aside since, or is used no more.
bool FellAway(const Evidence& now, int64_t version, absl::Time time) {
  if (now.annulled && now.annulled->version <= version) return true;
  return now.ended && now.ended->version <= version && !IsUsedAt(now, time);
}

// The base's view: what was known then, without what fell away by `time`.
View BaseView(const Archive& archive, int64_t version, absl::Time time, const Base& base) {
  View view = ViewAt(archive, base.version, base.time);
  std::erase_if(view.evidence, [&](const Evidence& evidence) {
    return std::any_of(archive.evidence.begin(), archive.evidence.end(), [&](const Evidence& now) {
      return now.number == evidence.number && FellAway(now, version, time);
    });
  });
  return view;
}

// From when on events count on top of the base.
absl::Time EventsFrom(const Rules& rules, const Base& base) {
  if (base.year == 0) return YearStart(base.time);
  return StartOfDay(Date(base.year, rules.applies_month, rules.applies_day));
}

void AddContribution(const Contribution& c, std::string* out) {
  absl::StrAppend(out, static_cast<int>(c.kind), "|", c.rule, "|", c.title_zh, "|", c.title_en, "|",
                  c.points_milli, "|", c.steps, "|", static_cast<int>(c.set), "|");
  absl::StrAppend(out, c.evidence, "|", c.date ? FormatDate(*c.date) : "", "|", c.value, "|",
                  c.assumed, c.bounded, "|", c.basis.statute, "|", c.basis.article, "|", c.mark,
                  "\n");
}

Determination FromOutcome(const Rules& rules, const Archive& archive, absl::Time now,
                          const Base& base, const Outcome& outcome,
                          const std::optional<Determination>& last) {
  Determination out;
  out.id = archive.id;
  out.grade = outcome.grade;
  out.previous = last ? last->grade : Grade::kUnrated;
  out.base_grade = outcome.base_grade;
  out.base = base;
  out.archive_version = archive.version;
  out.time = now;
  out.applies_from = ToDate(now);
  out.points_milli = outcome.points.total();
  out.static_milli = outcome.points.static_milli;
  out.dynamic_milli = outcome.points.dynamic_milli;
  out.points_grade = outcome.points.grade;
  out.policy = rules.id;
  out.policy_revision = rules.revision;
  out.evidence_digest = outcome.evidence_digest;
  out.result_digest = outcome.Digest();
  return out;
}

}  // namespace

std::vector<Contribution> Outcome::Contributions() const {
  std::vector<Contribution> all = points.contributions;
  all.insert(all.end(), base_adjustments.begin(), base_adjustments.end());
  all.insert(all.end(), at_once.begin(), at_once.end());
  return all;
}

std::string Outcome::Digest() const {
  std::string text = absl::StrCat(static_cast<int>(grade), "|", static_cast<int>(base_grade), "|",
                                  points.static_milli, "|", points.dynamic_milli, "|",
                                  static_cast<int>(points.grade), "|", evidence_digest, "\n");
  for (const Contribution& contribution : Contributions()) AddContribution(contribution, &text);
  return Sha256(text);
}

Outcome Determine(const Rules& rules, const Archive& archive, int64_t version, absl::Time time,
                  const Base& base) {
  Outcome out;
  const View before = BaseView(archive, version, time, base);
  out.points = CountPoints(rules, before, base.year == 0);
  out.base_grade = out.points.grade;
  if (base.year != 0) {
    Adjusted adjusted =
        Adjust(rules, before, out.base_grade, {YearStart(base.time), Which::kNotLastingAtOnce});
    out.base_grade = adjusted.grade;
    out.base_adjustments = std::move(adjusted.contributions);
  }
  const View now = ViewAt(archive, version, time);
  Adjusted adjusted =
      Adjust(rules, now, out.base_grade, {EventsFrom(rules, base), Which::kAtOnceOnly});
  out.grade = adjusted.grade;
  out.at_once = std::move(adjusted.contributions);
  out.evidence_digest = Sha256(ViewDigest(before) + ViewDigest(now));
  return out;
}

std::optional<Determination> DetermineAfterEvent(const Rules& rules, const Archive& archive,
                                                 absl::Time now,
                                                 const std::optional<Determination>& last) {
  const Base base = last ? last->base : Base{0, now, archive.version};
  const Outcome outcome = Determine(rules, archive, archive.version, now, base);
  if (!last && (outcome.at_once.empty() || !IsGraded(outcome.grade))) return std::nullopt;
  // When all that a grade rested on is gone it does not stay: the operator is unrated again.
  if (last && last->grade == outcome.grade) return std::nullopt;
  Determination out = FromOutcome(rules, archive, now, base, outcome, last);
  const bool fell = Worse(out.grade, out.previous) == out.grade;
  out.kind = fell ? DeterminationKind::kAtOnce : DeterminationKind::kCauseGone;
  return out;
}

Base YearBase(int year, int64_t version) {
  return {year, EndOfDay(Date(year - 1, 12, 31)), version};
}

std::optional<Determination> DetermineYear(const Rules& rules, const Archive& archive,
                                           absl::Time now, const Base& base,
                                           const std::optional<Determination>& last) {
  const Outcome outcome = Determine(rules, archive, archive.version, now, base);
  if (!IsGraded(outcome.grade)) return std::nullopt;
  Determination out = FromOutcome(rules, archive, now, base, outcome, last);
  out.kind = DeterminationKind::kAnnual;
  out.applies_from =
      std::max(out.applies_from, Date(base.year, rules.applies_month, rules.applies_day));
  return out;
}

Outcome Replay(const Rules& rules, const Archive& archive, const Determination& recorded) {
  return Determine(rules, archive, recorded.archive_version, recorded.time, recorded.base);
}

}  // namespace shian::credit
