#include "services/registry/operator/past.h"

#include <catch2/catch.hpp>

namespace shian::registry {
namespace {

absl::Time At(const char* text) { return *ParseTime(text); }

const absl::Time kLearnt = At("2025-03-04T10:00:00+08:00");
const absl::Time kEndLearnt = At("2025-06-02T10:00:00+08:00");

Restriction Listing() {
  return {"listings/1", Date(2025, 3, 3), Date(2025, 6, 1), "cause", kLearnt, kEndLearnt};
}

TEST_CASE("a restriction is seen by its days and by when it was learnt") {
  const Date end(2025, 6, 1);
  const absl::Time always = absl::InfiniteFuture();
  const struct {
    const char* what;
    Past past;
    bool seen;
    std::optional<Date> to;
  } cases[] = {
      {"now", {always, always}, true, end},
      {"the day before", {At("2025-03-02T23:59:59+08:00"), always}, false, {}},
      {"its first day", {At("2025-03-03T00:00:00+08:00"), always}, true, {}},
      {"while it lasts", {At("2025-05-31T23:59:59+08:00"), always}, true, {}},
      {"the day of its end", {At("2025-06-01T23:59:59+08:00"), always}, true, end},
      {"the day after", {At("2025-06-02T00:00:00+08:00"), always}, false, {}},
      {"before it was learnt", {always, kLearnt - absl::Microseconds(1)}, false, {}},
      {"when it was learnt", {always, kLearnt}, true, {}},
      {"before its end was learnt", {always, kEndLearnt - absl::Microseconds(1)}, true, {}},
      {"when its end was learnt", {always, kEndLearnt}, true, end},
      {"after its end, not yet learnt", {At("2025-06-02T09:00:00+08:00"), kLearnt}, true, {}},
      {"true then, learnt later", {At("2025-03-03T12:00:00+08:00"), kLearnt}, true, {}},
  };
  for (const auto& one : cases) {
    INFO(one.what);
    const std::optional<Restriction> seen = SeenFrom(one.past, Listing());
    REQUIRE(seen.has_value() == one.seen);
    if (seen) REQUIRE(seen->to == one.to);
  }
}

TEST_CASE("a past is bound by both times, and its pages by the first one") {
  REQUIRE_FALSE(Past().asked());
  Past present;
  present.Pin(kLearnt);
  REQUIRE_FALSE(present.asked());
  Past past = {kEndLearnt, absl::InfiniteFuture()};
  REQUIRE(past.asked());
  REQUIRE(past.recorded_by() == kEndLearnt);
  past.Pin(kLearnt);
  REQUIRE(past.recorded_by() == kLearnt);
  past.Pin(kEndLearnt);
  REQUIRE(past.recorded_by() == kLearnt);
}

}  // namespace
}  // namespace shian::registry
