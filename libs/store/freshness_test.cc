#include "libs/store/freshness.h"

#include <catch2/catch.hpp>

#include "libs/store/limits.h"

namespace shian::store {
namespace {

absl::Time At(double seconds) { return absl::UnixEpoch() + absl::Seconds(seconds); }

TEST_CASE("a mark is as old as the last look that did not show it yet") {
  Freshness freshness;
  CHECK(freshness.AgeOf(Lease::Mark{1, 0}, At(0)) == absl::InfiniteDuration());
  freshness.Saw({1, 5}, At(10));
  // Nobody knows how long it has been there.
  CHECK(freshness.AgeOf(Lease::Mark{1, 5}, At(10)) == absl::InfiniteDuration());
  freshness.Saw({1, 6}, At(11));
  freshness.Saw({1, 6}, At(12));
  freshness.Saw({1, 9}, At(13));
  CHECK(freshness.AgeOf(std::nullopt, At(13)) == absl::InfiniteDuration());
  CHECK(freshness.AgeOf(Lease::Mark{1, 4}, At(13)) == absl::InfiniteDuration());
  CHECK(freshness.AgeOf(Lease::Mark{1, 5}, At(13)) == absl::InfiniteDuration());
  CHECK(freshness.AgeOf(Lease::Mark{1, 6}, At(13)) == absl::Seconds(3));
  // Between two looks it may have moved just after the first.
  CHECK(freshness.AgeOf(Lease::Mark{1, 8}, At(13)) == absl::Seconds(3));
  CHECK(freshness.AgeOf(Lease::Mark{1, 9}, At(13)) == absl::Seconds(1));
  // A standby may be ahead of the last look, and says no more than that.
  CHECK(freshness.AgeOf(Lease::Mark{1, 20}, At(14)) == absl::Seconds(2));
}

TEST_CASE("a lease that changed hands or was given up has moved on") {
  Freshness freshness;
  freshness.Saw({1, 900}, At(1));
  freshness.Saw({1, -1}, At(2));
  freshness.Saw({2, 0}, At(3));
  CHECK(freshness.AgeOf(Lease::Mark{1, 900}, At(3)) == absl::InfiniteDuration());
  CHECK(freshness.AgeOf(Lease::Mark{1, -1}, At(3)) == absl::Seconds(2));
  CHECK(freshness.AgeOf(Lease::Mark{2, 0}, At(3)) == absl::Seconds(1));
}

TEST_CASE("what was seen before a failover that lost commits counts no more") {
  Freshness freshness;
  freshness.Saw({1, 5}, At(1));
  freshness.Saw({1, 6}, At(2));
  freshness.Saw({1, 3}, At(3));
  CHECK(freshness.AgeOf(Lease::Mark{1, 6}, At(3)) == absl::InfiniteDuration());
  freshness.Saw({1, 4}, At(4));
  CHECK(freshness.AgeOf(Lease::Mark{1, 4}, At(4)) == absl::Seconds(1));
}

TEST_CASE("the oldest marks are forgotten") {
  Freshness freshness;
  const int seen = static_cast<int>(limits::kMarksKept) + 10;
  for (int i = 1; i <= seen; ++i) freshness.Saw({1, i}, At(i));
  CHECK(freshness.AgeOf(Lease::Mark{1, 10}, At(seen)) == absl::InfiniteDuration());
  CHECK(freshness.AgeOf(Lease::Mark{1, 11}, At(seen)) == absl::Seconds(seen - 10));
}

}  // namespace
}  // namespace shian::store
