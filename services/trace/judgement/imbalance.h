// Balances out of their range, of which others are told when they are found (物料平衡预警). They
// are what was found then: what comes later may take one away.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/judgement/balance.h"

namespace shian::trace {

struct Imbalance {
  std::string id;  // the same for as long as it stands
  Subject kind = Subject::kProcess;
  std::string subject;  // a transformation id, "events/{event}", or a lot
  BalanceVerdict verdict = BalanceVerdict::kOver;
  // As it was drawn last, and by what.
  std::map<Dimension, Sums> sums;
  Yield rule;  // without biz_steps and gtin_prefixes
  std::string policy_revision;
  // As it was found.
  std::string operator_, place, region;
  int64_t event_time = 0;  // microseconds, of the latest event
  absl::Time found;
  absl::Time withdrawn = absl::InfiniteFuture();

  bool stands() const { return withdrawn == absl::InfiniteFuture(); }
};

// Of one that was found in the run of the order of capture that ends at `sequence`.
std::string IdOf(const Imbalance& imbalance, int64_t sequence);

enum class ImbalanceStep { kFound, kChanged, kWithdrawn };
struct ImbalanceChange {
  ImbalanceStep step = ImbalanceStep::kFound;
  Imbalance imbalance;  // as it is after
};

// What a balance that was drawn anew changes of the one that stands of its subject. `drawn`: what
// it comes to, if the rule says that it is told. A new one has no id, operator, place, region and
// time of finding yet, and one that is withdrawn no time of that.
std::vector<ImbalanceChange> CompareImbalance(const std::optional<Imbalance>& standing,
                                              const std::optional<Imbalance>& drawn);

}  // namespace shian::trace
