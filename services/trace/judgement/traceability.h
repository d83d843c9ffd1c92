// How well goods can be traced, in numbers (追溯评分).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/judgement/completeness.h"

namespace shian::trace {

// The numbers are those of the policy.
enum class TraceabilityMeasure { kArrivals = 1, kSources = 2, kTimely = 3 };

struct TraceabilityPart {
  TraceabilityMeasure measure = TraceabilityMeasure::kArrivals;
  int64_t weight = 0;
  absl::Duration at_most;  // from an event to its capture
};

struct TraceabilityRule {
  std::vector<TraceabilityPart> parts;
  absl::Duration period;
  size_t events_min = 0, events_max = 0, lots_min = 0;
  int64_t score_min_ppm = 0;
};

// Adds up what an operator's events say, for all parts.
class TraceabilityTally {
 public:
  // Both outlive it.
  TraceabilityTally(const TraceabilityRule& rule, const BalanceRule& balance)
      : rule_(rule), balance_(balance) {}

  void Add(const Event& event, const std::string& name, absl::Time recorded);
  // The lots that went or were used, with when first, and of which no event here says that they
  // came.
  struct Gone {
    std::string lot;
    absl::Time time;
  };
  std::vector<Gone> WithoutArrival() const;
  // That the operator recorded its coming before, or that somebody else recorded where it came
  // from.
  void AddArrival(const std::string& lot) { came_.insert(lot); }
  void AddSource(const std::string& lot) { sourced_.insert(lot); }
  size_t lots() const { return gone_.size(); }

  // By the parts of the rule, in their order.
  std::vector<Share> Shares() const;

 private:
  const TraceabilityRule& rule_;
  const BalanceRule& balance_;
  std::map<std::string, absl::Time> gone_;  // by lot, when first
  std::set<std::string> came_, sourced_;
  std::map<std::string, absl::Duration> taken_;  // by event
};

// Rates in millionths, rounded down, weighed; parts of nothing weigh nothing. Nothing when all are.
std::optional<int64_t> ScorePpm(const TraceabilityRule& rule, const std::vector<Share>& shares);

// Whether the event says that the lot came to where it was, or was made there.
bool TellsArrival(const BalanceRule& rule, const Event& event, const std::string& lot);

}  // namespace shian::trace
