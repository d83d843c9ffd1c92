#pragma once

namespace shian::sanction::limits {

// Far above what a catalogue orders against one entry.
inline constexpr int kMeasuresOfEntryMax = 1'000;
// Ends that one write tells.
inline constexpr int kEndsPerWriteMax = 100;
// Measures that one answer counts; who has more asks by department or division.
inline constexpr int kCountedMeasuresMax = 10'000;
// The longest span of one answer.
inline constexpr int kCountedDaysMax = 367;

}  // namespace shian::sanction::limits
