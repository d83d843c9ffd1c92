#include "services/sanction/lead/lead.h"

#include <catch2/catch.hpp>

#include "libs/base/time.h"

namespace shian::sanction {
namespace {

TEST_CASE("a lead is open until the day on which it was taken up, and unknown before it was told") {
  const absl::Time found = StartOfDay(Date(2025, 4, 18));
  Lead lead;
  lead.found = found;
  lead.recorded = found + absl::Hours(2);
  lead.taken_up = CaseId("c1");
  lead.ended = found + absl::Hours(50);
  const auto at = [&](int as_of, int known_at) {
    return AsOf(lead, found + absl::Hours(as_of), found + absl::Hours(known_at));
  };
  REQUIRE_FALSE(at(-1, 90).has_value());
  REQUIRE_FALSE(at(90, 1).has_value());
  REQUIRE(at(1, 2)->open());
  REQUIRE(at(49, 90)->open());
  REQUIRE(at(90, 49)->open());
  REQUIRE(at(49, 90)->ended == absl::InfiniteFuture());
  REQUIRE(at(50, 50)->taken_up == lead.taken_up);
}

}  // namespace
}  // namespace shian::sanction
