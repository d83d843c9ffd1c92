#include "services/trace/judgement/cold_chain.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/trace/judgement/balance.h"

namespace shian::trace {
namespace {

// What a device says of one time is one sample, and its extremes count.
std::vector<Reading> ToSamples(std::vector<Reading> readings) {
  std::sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
    return std::tie(a.begin, a.end, a.sequence) < std::tie(b.begin, b.end, b.sequence);
  });
  std::vector<Reading> samples;
  for (Reading& reading : readings) {
    if (samples.empty() || samples.back().begin != reading.begin ||
        samples.back().end != reading.end) {
      samples.push_back(std::move(reading));
      continue;
    }
    Reading& sample = samples.back();
    // The event told of is one that states an extreme.
    if (reading.low < sample.low || sample.high < reading.high) sample.sequence = reading.sequence;
    sample.low_stated |= reading.low_stated;
    sample.high_stated |= reading.high_stated;
    sample.low = std::min(sample.low, reading.low);
    sample.high = std::max(sample.high, reading.high);
  }
  return samples;
}

// The value farthest out of the band, and how far; nothing when all are within.
struct Outlier {
  Temperature value;
  Temperature excess;
};
std::optional<Outlier> OutlierOf(const ColdBand& band, const Reading& sample) {
  std::optional<Outlier> out;
  if (band.highest) {
    const Temperature limit = FromMillicelsius(*band.highest);
    if (limit < sample.high) out = {sample.high, Above(sample.high, limit)};
  }
  if (band.lowest) {
    const Temperature limit = FromMillicelsius(*band.lowest);
    const Temperature excess = Above(limit, sample.low);
    if (sample.low < limit && (!out || out->excess < excess)) out = {sample.low, excess};
  }
  return out;
}

// Whether it was out for all of the time that it speaks of: its extreme on the near side, where
// that is stated, is out as well.
bool IsOutThroughout(const ColdBand& band, const Reading& sample) {
  return (band.highest && sample.low_stated && FromMillicelsius(*band.highest) < sample.low) ||
         (band.lowest && sample.high_stated && sample.high < FromMillicelsius(*band.lowest));
}

// The samples of one device, in their order.
class Runs {
 public:
  Runs(const ColdBand& band, ColdJudgement* to) : band_(band), to_(*to) {}

  void Take(const Reading& sample) {
    ++to_.samples;
    const std::optional<Outlier> outlier = OutlierOf(band_, sample);
    if (!outlier) return End();
    ++to_.out;
    const bool throughout = IsOutThroughout(band_, sample);
    if (run_.samples == 0) {
      run_ = {sample.device, sample.begin, sample.end, 0, {}, 0, 0};
      since_ = throughout ? sample.begin : sample.end;
      until_ = since_;
    }
    if (run_.samples == 0 || excess_ < outlier->excess) {
      run_.worst = outlier->value;
      run_.worst_time = sample.begin;
      run_.sequence = sample.sequence;
      excess_ = outlier->excess;
    }
    ++run_.samples;
    run_.end = std::max(run_.end, sample.end);
    until_ = std::max(until_, throughout ? sample.end : sample.begin);
  }

  void End() {
    // Of a time that a sample speaks of, only its near end is known to be part of the stay, if not
    // all.
    const bool stayed = until_ - since_ >= band_.stay_micros_min;
    if (run_.samples > 0 && (run_.samples >= band_.samples_min || stayed))
      to_.excursions.push_back(std::move(run_));
    run_ = Excursion();
  }

 private:
  const ColdBand& band_;
  ColdJudgement& to_;
  Excursion run_;
  Temperature excess_;
  int64_t since_ = 0, until_ = 0;
};

void FindGaps(const ColdBand& band, std::vector<Gap> spans, ColdJudgement* to) {
  std::sort(spans.begin(), spans.end(), [](const Gap& a, const Gap& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  for (const Gap& span : spans) {
    const bool first = &span == &spans.front();
    if (!first && span.begin - to->last > band.gap_micros_max) {
      to->gaps.push_back({to->last, span.begin});
    }
    if (first) to->first = span.begin;
    to->last = first ? span.end : std::max(to->last, span.end);
  }
}

}  // namespace

const ColdBand& ColdRule::BandFor(const std::vector<std::string>& gtins) const {
  for (const ColdBand& band : bands) {
    const bool all = std::all_of(gtins.begin(), gtins.end(), [&](const std::string& gtin) {
      return BeginsWithAny(gtin, band.gtin_prefixes);
    });
    if (!band.gtin_prefixes.empty() && !gtins.empty() && all) return band;
  }
  return bands.back();
}

const ColdBand* ColdRule::BandNamed(const std::string& key) const {
  const auto found = std::find_if(bands.begin(), bands.end(),
                                  [&](const ColdBand& band) { return band.key == key; });
  return found == bands.end() ? nullptr : &*found;
}

void ColdSeries::Add(Reading reading) {
  ++size_;
  by_device_[reading.device].push_back(std::move(reading));
}

ColdJudgement ColdSeries::Judge(const ColdBand& band) const {
  ColdJudgement judged;
  std::vector<Gap> spans;
  for (const auto& [device, readings] : by_device_) {
    Runs runs(band, &judged);
    for (const Reading& sample : ToSamples(readings)) {
      runs.Take(sample);
      spans.push_back({sample.begin, sample.end});
    }
    runs.End();
  }
  FindGaps(band, std::move(spans), &judged);
  std::stable_sort(judged.excursions.begin(), judged.excursions.end(),
                   [](const Excursion& a, const Excursion& b) { return a.begin < b.begin; });
  return judged;
}

}  // namespace shian::trace
