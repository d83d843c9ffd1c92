#include "services/credit/rating/evaluate.h"

#include <algorithm>

#include "services/credit/rating/assess.h"

namespace shian::credit {
namespace {

constexpr int64_t kPpm = 1'000'000;

// The visits in the order of their days.
std::vector<const Evidence*> InOrder(const Archive& archive) {
  std::vector<const Evidence*> visits;
  for (const Evidence& evidence : archive.evidence) {
    if (evidence.kind == EvidenceKind::kCheck && !evidence.annulled) visits.push_back(&evidence);
  }
  std::sort(visits.begin(), visits.end(), [](const Evidence* a, const Evidence* b) {
    return a->time != b->time ? a->time < b->time : a->number < b->number;
  });
  return visits;
}

// What was known before `day`.
View Before(const Archive& archive, const std::vector<const Evidence*>& visits, Date day) {
  View view;
  view.as_of = StartOfDay(day);
  if (!archive.subjects.empty()) view.subject = archive.subjects.back().subject;
  for (const Evidence* visit : visits) {
    if (visit->time < view.as_of) view.evidence.push_back(*visit);
  }
  return view;
}

}  // namespace

Evaluation::Evaluation(const Rules& rules, std::optional<Date> cut) : rules_(rules), cut_(cut) {
  for (const Band& band : rules.bands) bands_.push_back({band.grade, band.upper_milli, 0, 0, 0});
  bands_.push_back({Grade::kUnrated, 0, 0, 0, 0});
}

void Evaluation::Add(const Archive& archive) {
  const std::vector<const Evidence*> visits = InOrder(archive);
  if (visits.empty()) return;
  ++operators_;
  const Date day = cut_.value_or(ToDate(visits.back()->time));
  const auto next = std::find_if(visits.begin(), visits.end(),
                                 [&](const Evidence* visit) { return ToDate(visit->time) >= day; });
  const Points points = CountPoints(rules_, Before(archive, visits, day), false);
  BandOutcome& band = *std::find_if(bands_.begin(), bands_.end(), [&](const BandOutcome& one) {
    return one.grade == points.grade || one.grade == Grade::kUnrated;
  });
  ++band.operators;
  if (next == visits.end()) return;
  const bool critical = (*next)->findings.key_failed > 0;
  ++band.visited;
  band.critical += critical;
  if (IsGraded(points.grade)) rated_.emplace_back(points.total(), critical);
}

int64_t Evaluation::AucPpm() const {
  std::vector<std::pair<int64_t, bool>> rated = rated_;
  std::sort(rated.begin(), rated.end());
  int64_t good = 0;     // without a critical finding, with fewer points
  int64_t doubled = 0;  // 2 for a pair in order, 1 for a tie
  int64_t bad = 0;
  for (size_t i = 0; i < rated.size();) {
    int64_t ties[2] = {0, 0};
    const int64_t points = rated[i].first;
    for (; i < rated.size() && rated[i].first == points; ++i) ++ties[rated[i].second];
    doubled += ties[1] * (2 * good + ties[0]);
    good += ties[0];
    bad += ties[1];
  }
  if (good == 0 || bad == 0) return kPpm / 2;
  const auto pairs = static_cast<__int128>(good) * bad;
  return static_cast<int64_t>((static_cast<__int128>(doubled) * kPpm + pairs) / (2 * pairs));
}

}  // namespace shian::credit
