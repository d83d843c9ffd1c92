// How complete the records of some places are (上链率).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/trace/judgement/balance.h"

namespace shian::trace {

struct Share {
  int64_t total = 0;
  int64_t complete = 0;
  std::vector<std::string> missing;  // sorted

  bool Reaches(int64_t target_ppm) const;  // without rounding; false when there are none
};

// The lots of which events say that they came or went, and whether they say both.
class LotMoves {
 public:
  // `rule` outlives it. Only lots whose GTIN begins with one of the prefixes count; none: all lots.
  LotMoves(const BalanceRule& rule, std::vector<std::string> gtin_prefixes)
      : rule_(rule), prefixes_(std::move(gtin_prefixes)) {}
  void Add(const Event& event);
  Share ToShare() const;

 private:
  bool Counts(const Link& link) const;
  struct Moves {
    bool came = false, went = false;
  };
  const BalanceRule& rule_;
  const std::vector<std::string> prefixes_;
  std::map<std::string, Moves> lots_;
};

}  // namespace shian::trace
