// What the benchmark programs print: one JSON object per run, for tests/bench/run.py to compare.
#pragma once

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/time/clock.h"

namespace shian::bench {

class Stopwatch {
 public:
  double Seconds() const { return absl::ToDoubleSeconds(absl::Now() - begun_); }

 private:
  const absl::Time begun_ = absl::Now();
};

// The value below which the share `at` of them lies.
inline double Percentile(std::vector<double> values, double at) {
  if (values.empty()) return 0;
  const auto index = static_cast<size_t>(at * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[index];
}

inline void Print(const std::map<std::string, double>& figures) {
  const char* separator = "{";
  for (const auto& [name, figure] : figures) {
    std::printf("%s\"%s\": %.6g", separator, name.c_str(), figure);
    separator = ", ";
  }
  std::printf("}\n");
}

}  // namespace shian::bench
