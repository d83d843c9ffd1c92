#include "services/inspection/draw/run.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "libs/base/hash.h"
#include "services/inspection/draw/canonical.h"
#include "services/inspection/frame/archive.h"

namespace shian::inspection::draw {
namespace {

using Load = absl::flat_hash_map<std::string, int>;

bool Recused(const Lock& lock, const std::string& operator_id, const std::string& inspector) {
  return std::binary_search(lock.recusals.begin(), lock.recusals.end(),
                            Recusal{operator_id, inspector});
}

std::vector<std::string> OrderOfInspectors(const Lock& lock, absl::string_view seed,
                                           const std::string& operator_id) {
  std::vector<std::pair<std::string, std::string>> tickets;
  tickets.reserve(lock.inspectors.size());
  for (const std::string& inspector : lock.inspectors) {
    tickets.emplace_back(InspectorTicket(seed, operator_id, inspector), inspector);
  }
  std::sort(tickets.begin(), tickets.end());
  std::vector<std::string> order;
  order.reserve(tickets.size());
  for (auto& [ticket, inspector] : tickets) order.push_back(std::move(inspector));
  return order;
}

void Assign(const Lock& lock, absl::string_view seed, Load& load, Picked& picked) {
  const auto wanted = static_cast<size_t>(lock.inspectors_per_operator);
  for (const std::string& inspector : OrderOfInspectors(lock, seed, picked.operator_id)) {
    if (picked.inspectors.size() == wanted) break;
    if (Recused(lock, picked.operator_id, inspector)) continue;
    if (load[inspector] >= lock.inspector_capacity) continue;
    ++load[inspector];
    picked.inspectors.push_back(inspector);
  }
  picked.short_of_inspectors = picked.inspectors.size() < wanted;
}

Picked Place(const std::string& stratum, int rank, const std::string& ticket,
             const std::string& operator_id) {
  Picked place;
  place.operator_id = operator_id;
  place.stratum = stratum;
  place.rank = rank;
  place.ticket = ticket;
  return place;
}

Load LoadOf(const std::vector<Picked>& picked) {
  Load load;
  for (const Picked& one : picked) {
    if (one.replaced) continue;
    for (const std::string& inspector : one.inspectors) ++load[inspector];
  }
  return load;
}

}  // namespace

std::string StratumRoot(const FrameStratum& stratum) { return MerkleRoot(stratum.ids); }

std::string FrameRoot(const std::vector<FrameStratum>& strata) {
  std::vector<std::string> leaves;
  leaves.reserve(strata.size());
  for (const FrameStratum& stratum : strata) {
    leaves.push_back(Canonical("SHIAN-DRAW-STRATUM-V1")
                         .Add(stratum.key)
                         .Add(int64_t{stratum.take})
                         .Add(static_cast<int64_t>(stratum.ids.size()))
                         .Add(StratumRoot(stratum))
                         .Hash());
  }
  return MerkleRoot(leaves);
}

std::string LockHash(const Lock& lock) {
  Canonical record("SHIAN-DRAW-LOCK-V1");
  record.Add(lock.draw).Add(lock.title).Add(lock.region).Add(kAlgorithm).Add(lock.lock_time_us);
  record.Add(lock.public_source).Add(lock.public_time_us);
  record.Add(int64_t{lock.inspectors_per_operator}).Add(int64_t{lock.inspector_capacity});
  record.Add(FrameRoot(lock.strata));
  record.Add(static_cast<int64_t>(lock.inspectors.size()));
  for (const std::string& inspector : lock.inspectors) record.Add(inspector);
  record.Add(static_cast<int64_t>(lock.recusals.size()));
  for (const Recusal& recusal : lock.recusals) {
    record.Add(recusal.operator_id).Add(recusal.inspector);
  }
  record.Add(static_cast<int64_t>(lock.shares.size()));
  for (const Share& share : lock.shares) record.Add(share.department).Add(share.commitment);
  return record.Hash();
}

std::string Seed(absl::string_view lock_hash, const std::vector<Share>& shares,
                 absl::string_view public_value) {
  Canonical record("SHIAN-DRAW-SEED-V1");
  record.Add(lock_hash);
  for (const Share& share : shares) record.Add(share.secret);
  return record.Add(public_value).Hash();
}

std::string Ticket(absl::string_view seed, absl::string_view stratum, absl::string_view id) {
  return Sha256(std::string(seed.data(), seed.size()) + Prefixed(stratum) + Prefixed(id));
}

std::string InspectorTicket(absl::string_view seed, absl::string_view operator_id,
                            absl::string_view inspector) {
  return Sha256(std::string(seed.data(), seed.size()) + Prefixed("inspector") +
                Prefixed(operator_id) + Prefixed(inspector));
}

std::vector<std::pair<std::string, std::string>> FirstOf(absl::string_view seed,
                                                         const FrameStratum& stratum,
                                                         size_t count) {
  std::vector<std::pair<std::string, std::string>> tickets;  // ticket first: it is the order
  tickets.reserve(stratum.ids.size());
  for (const std::string& id : stratum.ids) tickets.emplace_back(Ticket(seed, stratum.key, id), id);
  const size_t kept = std::min(count, tickets.size());
  std::partial_sort(tickets.begin(), tickets.begin() + static_cast<std::ptrdiff_t>(kept),
                    tickets.end());
  tickets.resize(kept);
  return tickets;
}

std::vector<Picked> Run(const Lock& lock, absl::string_view seed) {
  std::vector<Picked> picked;
  Load load;
  for (const FrameStratum& stratum : lock.strata) {
    int rank = 0;
    for (auto& [ticket, id] : FirstOf(seed, stratum, static_cast<size_t>(stratum.take))) {
      Picked one = Place(stratum.key, ++rank, ticket, id);
      Assign(lock, seed, load, one);
      picked.push_back(std::move(one));
    }
  }
  return picked;
}

Picked Next(const Lock& lock, absl::string_view seed, absl::string_view stratum,
            const std::vector<Picked>& so_far) {
  const auto found = std::find_if(lock.strata.begin(), lock.strata.end(),
                                  [&](const FrameStratum& one) { return one.key == stratum; });
  if (found == lock.strata.end()) return {};
  const auto used = static_cast<size_t>(std::count_if(
      so_far.begin(), so_far.end(), [&](const Picked& one) { return one.stratum == stratum; }));
  const auto order = FirstOf(seed, *found, used + 1);
  if (order.size() <= used) return {};
  const auto& [ticket, id] = order[used];
  Picked next = Place(found->key, static_cast<int>(used) + 1, ticket, id);
  Load load = LoadOf(so_far);
  Assign(lock, seed, load, next);
  return next;
}

}  // namespace shian::inspection::draw
