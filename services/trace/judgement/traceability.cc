#include "services/trace/judgement/traceability.h"

#include <algorithm>

namespace shian::trace {
namespace {

constexpr int64_t kMillion = 1'000'000;

void Count(bool good, const std::string& name, Share* share) {
  ++share->total;
  if (good) {
    ++share->complete;
  } else {
    share->missing.push_back(name);
  }
}

}  // namespace

void TraceabilityTally::Add(const Event& event, const std::string& name, absl::Time recorded) {
  taken_[name] = recorded - event.time;
  for (const Link& link : event.links) {
    if (link.kind != EpcKind::kLot && link.kind != EpcKind::kItem) continue;
    const std::optional<Side> side = SideOfGoods(balance_, event, link);
    if (side == Side::kIn) came_.insert(link.epc);
    if (side != Side::kOut) continue;
    const auto [at, added] = gone_.emplace(link.epc, event.time);
    if (!added) at->second = std::min(at->second, event.time);
  }
}

std::vector<TraceabilityTally::Gone> TraceabilityTally::WithoutArrival() const {
  std::vector<Gone> lots;
  for (const auto& [lot, time] : gone_) {
    if (!came_.contains(lot)) lots.push_back({lot, time});
  }
  return lots;
}

std::vector<Share> TraceabilityTally::Shares() const {
  std::vector<Share> shares;
  for (const TraceabilityPart& part : rule_.parts) {
    Share share;
    switch (part.measure) {
      case TraceabilityMeasure::kArrivals:
        for (const auto& [lot, time] : gone_) Count(came_.contains(lot), lot, &share);
        break;
      case TraceabilityMeasure::kSources:
        for (const auto& [lot, time] : gone_) {
          Count(came_.contains(lot) || sourced_.contains(lot), lot, &share);
        }
        break;
      case TraceabilityMeasure::kTimely:
        // What is dated after its capture is not right, however soon it came.
        for (const auto& [name, taken] : taken_) {
          Count(taken >= absl::ZeroDuration() && taken <= part.at_most, name, &share);
        }
        break;
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

bool TellsArrival(const BalanceRule& rule, const Event& event, const std::string& lot) {
  return std::any_of(event.links.begin(), event.links.end(), [&](const Link& link) {
    return link.epc == lot && SideOfGoods(rule, event, link) == Side::kIn;
  });
}

std::optional<int64_t> ScorePpm(const TraceabilityRule& rule, const std::vector<Share>& shares) {
  int64_t sum = 0, weights = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    if (shares[i].total == 0) continue;
    sum += rule.parts[i].weight * (shares[i].complete * kMillion / shares[i].total);
    weights += rule.parts[i].weight;
  }
  return weights == 0 ? std::nullopt : std::optional(sum / weights);
}

}  // namespace shian::trace
