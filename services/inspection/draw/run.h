// The draw itself (SHA256_SORT_V1): a pure function of the seed and what the lock fixed. Server and
// verifier run this same code; nothing here knows a store, a clock or a server.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::inspection::draw {

inline constexpr absl::string_view kAlgorithm = "SHA256_SORT_V1";

// One stratum with its frame (抽样框). `ids` are sorted by bytes and unique.
struct FrameStratum {
  std::string key;
  int take = 0;
  std::vector<std::string> ids;
};

// An inspector who must not visit an operator (回避).
struct Recusal {
  std::string operator_id;
  std::string inspector;
  friend auto operator<=>(const Recusal&, const Recusal&) = default;
  template <class A>
  void Fields(A& a) {
    a(operator_id)(inspector);
  }
};

// What a department committed to and revealed.
struct Share {
  std::string department;
  std::string commitment;  // SHA-256 of the secret
  std::string secret;      // empty until revealed
  template <class A>
  void Fields(A& a) {
    a(department)(commitment)(secret);
  }
};

// Everything that is fixed before the seed can be known. Sorted: inspectors, recusals, shares.
struct Lock {
  std::string draw;
  std::string title;
  std::string region;
  int64_t lock_time_us = 0;
  std::string public_source;
  int64_t public_time_us = 0;
  int inspectors_per_operator = 0;
  int inspector_capacity = 0;
  std::vector<FrameStratum> strata;
  std::vector<std::string> inspectors;
  std::vector<Recusal> recusals;
  std::vector<Share> shares;
};

struct Picked {
  std::string operator_id;
  std::string stratum;
  int rank = 0;  // place in the stratum's order, from 1
  std::string ticket;
  std::vector<std::string> inspectors;
  bool short_of_inspectors = false;
  bool replaced = false;
  friend bool operator==(const Picked&, const Picked&) = default;
  template <class A>
  void Fields(A& a) {
    a(operator_id)(stratum)(rank)(ticket)(inspectors)(short_of_inspectors)(replaced);
  }
};

std::string StratumRoot(const FrameStratum& stratum);
// Over (key, take, size, root) of each stratum in order.
std::string FrameRoot(const std::vector<FrameStratum>& strata);
// SHA-256 over the canonical lock record; commitments enter it, secrets do not.
std::string LockHash(const Lock& lock);
// From the lock, the secrets in the order of the departments, and the public string.
std::string Seed(absl::string_view lock_hash, const std::vector<Share>& shares,
                 absl::string_view public_value);

std::string Ticket(absl::string_view seed, absl::string_view stratum, absl::string_view id);
std::string InspectorTicket(absl::string_view seed, absl::string_view operator_id,
                            absl::string_view inspector);

// The first `count` ids of a stratum's order with their tickets.
std::vector<std::pair<std::string, std::string>> FirstOf(absl::string_view seed,
                                                         const FrameStratum& stratum, size_t count);

// Operators stratum by stratum, then inspectors for each in that order: the smallest tickets that
// are neither recused nor full.
std::vector<Picked> Run(const Lock& lock, absl::string_view seed);

// The next of the stratum's order, with inspectors. Empty operator_id when the stratum is used up.
// Those replaced before give their inspectors' time back.
Picked Next(const Lock& lock, absl::string_view seed, absl::string_view stratum,
            const std::vector<Picked>& so_far);

}  // namespace shian::inspection::draw
