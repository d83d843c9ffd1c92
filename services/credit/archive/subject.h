// What static points go by, derived from what the registry says (静态风险因素).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/credit/archive/evidence.h"

namespace shian::credit {

// The parts of a registry's operator that a rating reads.
struct Described {
  std::string kind;
  bool person = false;
  std::vector<std::string> licence_numbers;
  std::vector<Date> licensed_from;
  std::vector<std::string> food_categories;
  std::optional<int64_t> floor_area_m2;
  std::optional<int64_t> diners;
  std::vector<std::pair<std::string, std::string>> attributes;
};

// Licence numbers give the category of a producer (SC) and tell a canteen (JY form 3); they
// themselves are not kept.
Subject ToSubject(const Described& described);

}  // namespace shian::credit
