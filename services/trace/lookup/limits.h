#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::trace::limits {

// A card is told within this, whatever its goods went through; what it did not reach it leaves out.
inline constexpr absl::Duration kCardTime = absl::Milliseconds(300);
// Records of a lot's way that are looked at, in memory; a crate that goes round for years has more.
inline constexpr size_t kWayEventsMax = 20'000;
// Events of making that are read for what they state, and events that are read for steps.
inline constexpr size_t kMakingsMax = 20;
inline constexpr size_t kStepEventsMax = 60;
inline constexpr size_t kStepsShownMax = 30;
inline constexpr size_t kNameCodePointsShown = 200;
// Published recalls that are read, and those that are shown.
inline constexpr int kRecallsReadMax = 50;
inline constexpr size_t kCardRecallsMax = 10;
inline constexpr int kRecallLotsShown = 20;
// Public entries of one recall; it has one for each act that the law publishes.
inline constexpr int kRecallEntriesMax = 100;

// Counts of lookups that wait to be written, by identifier and day; more are not counted.
inline constexpr size_t kScansWaitingMax = 20'000;
inline constexpr size_t kScansPerWrite = 500;

}  // namespace shian::trace::limits
