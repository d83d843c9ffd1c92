// What the sensors of an event say of temperatures (传感器读数).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/capture/event.h"
#include "services/trace/judgement/temperature.h"

namespace shian::trace {

// Which reports are temperatures, and in which units.
struct SensorRule {
  std::set<std::string> types;                   // web URIs
  std::map<std::string, TemperatureUnit> units;  // by code
  absl::Duration clock_tolerance;
};

// What became of a report.
enum class ReadingState {
  kRead,
  kUnreadable,  // it says nothing that can be judged
  kFuture       // its time is after its capture
};

// One report: at a time, or over a time. Of several values the lowest and the highest.
struct Reading {
  ReadingState state = ReadingState::kRead;
  std::string device;  // empty when none is named
  int64_t begin = 0;   // microseconds; not after the end
  int64_t end = 0;
  Temperature low, high;
  bool low_stated = false, high_stated = false;  // as the extremes of the time, not as values in it
  std::string unknown_uom;                       // why it is unreadable, if it is that
  int64_t sequence = 0;                          // of the event
};

// `recorded`: when the event was captured; what a clock says of later than that cannot be.
std::vector<Reading> ReadingsOf(const Event& event, int64_t sequence, absl::Time recorded,
                                const SensorRule& rule);

}  // namespace shian::trace
