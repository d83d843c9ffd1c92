// How cold goods stayed (冷链): the series of what sensors said, and where it left a band.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/trace/judgement/sensor.h"
#include "services/trace/judgement/temperature.h"

namespace shian::trace {

struct ColdBand {
  std::string key;
  std::string title;
  std::vector<std::string> gtin_prefixes;
  std::optional<int64_t> lowest, highest;  // in thousandths of a degree Celsius
  int samples_min = 1;
  int64_t stay_micros_min = 0;
  int64_t gap_micros_max = 0;
  std::string source;
  int mark = 0;        // as the policy has it
  bool alert = false;  // excursions are told behind the captures
};

struct ColdRule {
  SensorRule sensors;
  std::vector<ColdBand> bands;  // the last one takes all

  // The band of goods of these GTINs, of which an empty one is none.
  const ColdBand& BandFor(const std::vector<std::string>& gtins) const;
  // Null when there is none.
  const ColdBand* BandNamed(const std::string& key) const;
};

// Samples of one device out of the band, one after the other.
struct Excursion {
  std::string device;
  int64_t begin = 0, end = 0;  // microseconds
  int64_t samples = 0;
  Temperature worst;
  int64_t worst_time = 0;
  int64_t sequence = 0;  // of the event that states the worst
};

struct Gap {
  int64_t begin = 0, end = 0;
};

struct ColdJudgement {
  int64_t samples = 0;
  int64_t out = 0;                    // samples out of the band
  int64_t first = 0, last = 0;        // when there are samples
  std::vector<Excursion> excursions;  // by time, then by device
  std::vector<Gap> gaps;
};

// The readings of one subject. What it comes to does not depend on the order in which they came,
// nor on how they were dealt out to events, nor on how often one was sent.
class ColdSeries {
 public:
  // Takes only what could be read.
  void Add(Reading reading);
  size_t size() const { return size_; }
  ColdJudgement Judge(const ColdBand& band) const;

 private:
  std::map<std::string, std::vector<Reading>> by_device_;
  size_t size_ = 0;
};

}  // namespace shian::trace
