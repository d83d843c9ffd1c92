// Excursions of which others are told when they are found (冷链预警). They are what was found then:
// what came later may make one longer, or take it away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/judgement/cold_chain.h"

namespace shian::trace {

struct ColdAlert {
  std::string id;  // the same for as long as it stands; empty before there were any
  std::string epc;
  std::string device;
  int64_t begin = 0, end = 0;  // microseconds
  int64_t samples = 0;
  int64_t worst = 0;  // in thousandths of a degree Celsius
  int64_t worst_time = 0;
  int64_t sequence = 0;  // of the event that states the worst
  std::string band;
  std::string policy_revision;
  std::string operator_;  // where it was when it began
  std::string place;
  std::string region;
  absl::Time found;
  absl::Time withdrawn = absl::InfiniteFuture();

  bool stands() const { return withdrawn == absl::InfiniteFuture(); }
};

// Of one that was found in the run of the order of capture that ends at `sequence`.
std::string IdOf(const ColdAlert& alert, int64_t sequence);

enum class AlertStep { kFound, kGrown, kWithdrawn };
struct AlertChange {
  AlertStep step = AlertStep::kFound;
  ColdAlert alert;           // as it is after
  int64_t began_before = 0;  // of one that has grown: when it began, as was known
};

// What the excursions found in `looked_at` change of the alerts of one lot. A new alert has no
// id, operator, place, region and time of finding yet. One is taken away only when all of it was
// looked at, by the rule that found it.
std::vector<AlertChange> CompareAlerts(const std::string& epc, const ColdBand& band,
                                       const std::string& policy_revision,
                                       const std::vector<ColdAlert>& known,
                                       const std::vector<Excursion>& found,
                                       const Interval& looked_at);

}  // namespace shian::trace
