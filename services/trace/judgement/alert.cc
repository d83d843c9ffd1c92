#include "services/trace/judgement/alert.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/time.h"

namespace shian::trace {
namespace {

ColdAlert ToAlert(const Excursion& excursion) {
  ColdAlert alert;
  alert.device = excursion.device;
  alert.begin = excursion.begin;
  alert.end = excursion.end;
  alert.samples = excursion.samples;
  alert.worst = ToMillicelsius(excursion.worst);
  alert.worst_time = excursion.worst_time;
  alert.sequence = excursion.sequence;
  return alert;
}

bool Overlap(const ColdAlert& a, const ColdAlert& b) {
  return a.device == b.device && a.begin <= b.end && b.begin <= a.end;
}

int64_t Excess(const ColdBand& band, int64_t millicelsius) {
  int64_t excess = 0;
  if (band.highest) excess = std::max(excess, millicelsius - *band.highest);
  if (band.lowest) excess = std::max(excess, *band.lowest - millicelsius);
  return excess;
}

// `known` with what was found of it now, which may be a part of it.
ColdAlert Grown(const ColdBand& band, const ColdAlert& known, const ColdAlert& found) {
  ColdAlert grown = known;
  const bool whole = found.begin <= known.begin && known.end <= found.end;
  grown.begin = std::min(known.begin, found.begin);
  grown.end = std::max(known.end, found.end);
  grown.samples = whole ? found.samples : std::max(known.samples, found.samples);
  if (whole || Excess(band, found.worst) > Excess(band, known.worst)) {
    grown.worst = found.worst;
    grown.worst_time = found.worst_time;
    grown.sequence = found.sequence;
  }
  return grown;
}

bool Same(const ColdAlert& a, const ColdAlert& b) {
  return a.begin == b.begin && a.end == b.end && a.samples == b.samples && a.worst == b.worst &&
         a.worst_time == b.worst_time && a.sequence == b.sequence;
}

}  // namespace

std::string IdOf(const ColdAlert& alert, int64_t sequence) {
  // What devices are called may hold anything, so it comes last.
  const std::string of = absl::StrCat(alert.begin, " ", ToMicros(alert.found), " ", sequence, " ",
                                      alert.epc, " ", alert.device);
  constexpr size_t kIdBytes = 16;
  return absl::BytesToHexString(Sha256(of).substr(0, kIdBytes));
}

std::vector<AlertChange> CompareAlerts(const std::string& epc, const ColdBand& band,
                                       const std::string& policy_revision,
                                       const std::vector<ColdAlert>& known,
                                       const std::vector<Excursion>& found,
                                       const Interval& looked_at) {
  std::vector<AlertChange> changes;
  std::vector<bool> seen(known.size(), false);
  for (const Excursion& excursion : found) {
    ColdAlert alert = ToAlert(excursion);
    bool is_known = false;
    for (size_t i = 0; i < known.size(); ++i) {
      if (!known[i].stands() || !Overlap(known[i], alert)) continue;
      const bool first = !is_known && !seen[i];
      is_known = true;
      seen[i] = true;
      const ColdAlert grown = first ? Grown(band, known[i], alert) : known[i];
      if (!Same(grown, known[i])) changes.push_back({AlertStep::kGrown, grown, known[i].begin});
    }
    if (is_known) continue;
    alert.epc = epc;
    alert.band = band.key;
    alert.policy_revision = policy_revision;
    changes.push_back({AlertStep::kFound, std::move(alert), 0});
  }
  for (size_t i = 0; i < known.size(); ++i) {
    const ColdAlert& alert = known[i];
    const bool all_of_it = looked_at.Holds(alert.begin) && looked_at.Holds(alert.end);
    if (seen[i] || !alert.stands() || !all_of_it) continue;
    if (alert.policy_revision != policy_revision) continue;
    changes.push_back({AlertStep::kWithdrawn, alert, 0});
  }
  return changes;
}

}  // namespace shian::trace
