#ifndef SHIAN_LIBS_BASE_PROPERTY_H_
#define SHIAN_LIBS_BASE_PROPERTY_H_

#include <rapidcheck.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "libs/base/testing.h"

namespace shian::testing {

// Runs a rapidcheck property with this run's seed: REQUIRE(PropertyHolds("...", [](int n) {...})).
// A counterexample is printed in its smallest form.
template <class Property>
bool PropertyHolds(const std::string& sentence, Property&& property) {
  // rapidcheck reads its settings once, from here.
  static const bool configured = [] {
    return setenv("RC_PARAMS", ("seed=" + std::to_string(Seed())).c_str(), 0) == 0;
  }();
  return configured && rc::check(sentence, std::forward<Property>(property));
}

}  // namespace shian::testing

#endif  // SHIAN_LIBS_BASE_PROPERTY_H_
