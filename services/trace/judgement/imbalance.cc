#include "services/trace/judgement/imbalance.h"

#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/time.h"

namespace shian::trace {
namespace {

bool Same(const Sums& a, const Sums& b) {
  return a.in == b.in && a.out == b.out && a.verdict == b.verdict;
}

bool Same(const Imbalance& a, const Imbalance& b) {
  const auto of = [](const Imbalance& each) {
    const Yield& rule = each.rule;
    return std::tie(rule.key, rule.title, rule.lowest, rule.highest, rule.tolerance, rule.mark,
                    each.policy_revision);
  };
  if (of(a) != of(b) || a.sums.size() != b.sums.size()) return false;
  for (const auto& [dimension, sums] : a.sums) {
    const auto other = b.sums.find(dimension);
    if (other == b.sums.end() || !Same(sums, other->second)) return false;
  }
  return true;
}

}  // namespace

std::string IdOf(const Imbalance& imbalance, int64_t sequence) {
  // The subject may hold anything, so it comes last.
  const std::string of =
      absl::StrCat(static_cast<int>(imbalance.kind), " ", static_cast<int>(imbalance.verdict), " ",
                   ToMicros(imbalance.found), " ", sequence, " ", imbalance.subject);
  constexpr size_t kIdBytes = 16;
  return absl::BytesToHexString(Sha256(of).substr(0, kIdBytes));
}

std::vector<ImbalanceChange> CompareImbalance(const std::optional<Imbalance>& standing,
                                              const std::optional<Imbalance>& drawn) {
  std::vector<ImbalanceChange> changes;
  if (standing && drawn && standing->verdict == drawn->verdict) {
    if (Same(*standing, *drawn)) return changes;
    Imbalance changed = *standing;
    changed.sums = drawn->sums;
    changed.rule = drawn->rule;
    changed.policy_revision = drawn->policy_revision;
    changes.push_back({ImbalanceStep::kChanged, std::move(changed)});
    return changes;
  }
  if (standing) changes.push_back({ImbalanceStep::kWithdrawn, *standing});
  if (drawn) changes.push_back({ImbalanceStep::kFound, *drawn});
  return changes;
}

}  // namespace shian::trace
