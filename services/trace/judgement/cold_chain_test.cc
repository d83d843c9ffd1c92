// Excursions and gaps of a series. Seeds are printed.
#include "services/trace/judgement/cold_chain.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"

namespace shian::trace {
namespace {

constexpr int64_t kMinute = 60'000'000;

ColdBand Band(int samples, int stay_minutes = 1'000, int gap_minutes = 60) {
  ColdBand band;
  band.key = "chilled";
  band.lowest = 0;
  band.highest = 10'000;
  band.samples_min = samples;
  band.stay_micros_min = stay_minutes * kMinute;
  band.gap_micros_max = gap_minutes * kMinute;
  return band;
}

Reading At(int minute, int64_t millicelsius, const std::string& device = "a") {
  Reading reading;
  reading.device = device;
  reading.begin = reading.end = minute * kMinute;
  reading.low = reading.high = FromMillicelsius(millicelsius);
  reading.sequence = minute + 1;
  return reading;
}
Reading Over(int from, int to, int64_t low, int64_t high) {
  Reading reading = At(from, low);
  reading.end = to * kMinute;
  reading.high = FromMillicelsius(high);
  return reading;
}

ColdJudgement Judge(const std::vector<Reading>& readings, const ColdBand& band) {
  ColdSeries series;
  for (const Reading& reading : readings) series.Add(reading);
  return series.Judge(band);
}

// "a 10-30 x3 worst 12000 at 20", with the gaps behind it.
std::string Text(const ColdJudgement& judged) {
  std::string text = absl::StrCat(judged.samples, "/", judged.out);
  for (const Excursion& each : judged.excursions) {
    absl::StrAppend(&text, " ", each.device, " ", each.begin / kMinute, "-", each.end / kMinute,
                    " x", each.samples, " worst ", ToMillicelsius(each.worst), " at ",
                    each.worst_time / kMinute, " by ", each.sequence);
  }
  for (const Gap& gap : judged.gaps) {
    absl::StrAppend(&text, " gap ", gap.begin / kMinute, "-", gap.end / kMinute);
  }
  return text;
}

TEST_CASE("n samples out of the band, one after the other, are an excursion") {
  const std::vector<Reading> two = {At(0, 4000), At(10, 11000), At(20, 12000), At(30, 4000)};
  CHECK(Text(Judge(two, Band(3))) == "4/2");
  CHECK(Text(Judge(two, Band(2))) == "4/2 a 10-20 x2 worst 12000 at 20 by 21");
  const std::vector<Reading> broken = {At(0, 11000), At(10, 11000), At(20, 9000), At(30, 11000)};
  CHECK(Text(Judge(broken, Band(3))) == "4/3");
  const std::vector<Reading> last = {At(0, 4000), At(10, -1), At(20, -2000), At(30, -1000)};
  CHECK(Text(Judge(last, Band(3))) == "4/3 a 10-30 x3 worst -2000 at 20 by 21");
  CHECK(Text(Judge({}, Band(3))) == "0/0");
}

TEST_CASE("the limits are within, and either side of the band counts") {
  CHECK(Judge({At(0, 0), At(1, 10'000)}, Band(1)).out == 0);
  CHECK(Judge({At(0, -1), At(1, 10'001)}, Band(1)).out == 2);
  ColdBand frozen = Band(1);
  frozen.lowest.reset();
  frozen.highest = -18'000;
  CHECK(Judge({At(0, -60'000), At(1, -18'000), At(2, -17'999)}, frozen).out == 1);
  // The worst is what is farthest out, on whichever side.
  CHECK(Text(Judge({At(0, 12'000), At(1, -2'500), At(2, 12'400)}, Band(3))) ==
        "3/3 a 0-2 x3 worst -2500 at 1 by 2");
}

TEST_CASE("fewer samples are one when they last long enough") {
  const std::vector<Reading> rare = {At(0, 11000), At(30, 11000), At(60, 4000)};
  CHECK(Text(Judge(rare, Band(3, 31))) == "3/2");
  CHECK(Text(Judge(rare, Band(3, 30))) == "3/2 a 0-30 x2 worst 11000 at 0 by 1");
  // One sample has lasted no time, however long it speaks of: it says not when.
  CHECK(Text(Judge({Over(0, 50, 4000, 11000)}, Band(3, 30))) == "1/1");
  CHECK(Text(Judge({Over(0, 20, 4000, 11000), Over(20, 40, 4000, 11000)}, Band(3, 10))) == "2/2");
  CHECK(Text(Judge({Over(0, 20, 4000, 11000), Over(40, 60, 4000, 11000)}, Band(3, 20))) ==
        "2/2 a 0-60 x2 worst 11000 at 0 by 1");
}

TEST_CASE("devices have series of their own, and goods are watched by any of them") {
  const std::vector<Reading> two = {At(0, 11000, "a"),  At(5, 4000, "b"),   At(10, 11000, "a"),
                                    At(15, 4000, "b"),  At(20, 11000, "a"), At(70, 4000, "b"),
                                    At(140, 4000, "a"), At(141, 4000, "a")};
  CHECK(Text(Judge(two, Band(3, 1'000, 60))) == "8/3 a 0-20 x3 worst 11000 at 0 by 1 gap 70-140");
  CHECK(Judge(two, Band(3, 1'000, 70)).gaps.empty());
  CHECK(Judge(two, Band(3, 1'000, 40)).gaps.size() == 2);
}

TEST_CASE("one report over a long time is a stay when even its near extreme is out") {
  const auto over = [](int64_t low, int64_t high, bool stated) {
    Reading reading = Over(0, 600, low, high);
    reading.low_stated = reading.high_stated = stated;
    return Judge({reading}, Band(3, 30)).excursions.size();
  };
  CHECK(over(12'000, 15'000, true) == 1);
  CHECK(over(12'000, 15'000, false) == 0);  // a value and the highest: the lowest is not known
  CHECK(over(8'000, 15'000, true) == 0);
  CHECK(over(-9'000, -2'000, true) == 1);
}

TEST_CASE("a time that a sample speaks of is no gap") {
  CHECK(Judge({Over(0, 100, 4000, 5000), At(50, 4000), At(160, 4000)}, Band(3)).gaps.empty());
  CHECK(Text(Judge({Over(0, 100, 4000, 5000), At(50, 4000), At(161, 4000)}, Band(3))) ==
        "3/0 gap 100-161");
}

TEST_CASE("what a device says of one time is one sample, and its worst counts") {
  CHECK(Text(Judge({At(0, 11000), At(0, 11000), At(0, 11000)}, Band(3))) == "1/1");
  CHECK(Judge({At(0, 4000), At(0, 11000)}, Band(1)).out == 1);
  CHECK(Judge({At(0, 11000), At(0, 4000)}, Band(1)).out == 1);
}

TEST_CASE("a band is chosen by all goods, or named") {
  ColdRule rule;
  ColdBand frozen = Band(3), any = Band(3), named = Band(3);
  frozen.key = "frozen";
  frozen.gtin_prefixes = {"0690", "0691"};
  named.key = "named";
  any.key = "any";
  rule.bands = {frozen, named, any};
  CHECK(rule.BandFor({"06901234567892"}).key == "frozen");
  CHECK(rule.BandFor({"06901234567892", "06911234567892"}).key == "frozen");
  CHECK(rule.BandFor({"06901234567892", "06921234567892"}).key == "any");
  CHECK(rule.BandFor({"06901234567892", ""}).key == "any");
  CHECK(rule.BandFor({""}).key == "any");
  CHECK(rule.BandFor({}).key == "any");
  REQUIRE(rule.BandNamed("named") != nullptr);
  CHECK(rule.BandNamed("named")->key == "named");
  CHECK(rule.BandNamed("none") == nullptr);
}

// The same in other words: of each device the longest runs, by looking at every pair of ends.
std::string Slowly(const std::vector<Reading>& readings, int n) {
  std::map<std::string, std::map<int64_t, std::pair<bool, int64_t>>> out;  // with the worst
  int64_t samples = 0, outs = 0;
  for (const Reading& reading : readings) {
    const int64_t value = ToMillicelsius(reading.high);
    auto& [is_out, worst] = out[reading.device][reading.begin];
    is_out |= value > 10'000;
    worst = std::max(worst, value);
  }
  std::map<std::string, std::string> lines;
  for (const auto& [device, series] : out) {
    std::vector<std::pair<int64_t, std::pair<bool, int64_t>>> list(series.begin(), series.end());
    samples += static_cast<int64_t>(list.size());
    for (size_t i = 0; i < list.size(); ++i) {
      outs += list[i].second.first ? 1 : 0;
      for (size_t j = i; j < list.size(); ++j) {
        const bool whole = std::all_of(list.begin() + i, list.begin() + j + 1,
                                       [](const auto& each) { return each.second.first; });
        const bool begins = i == 0 || !list[i - 1].second.first;
        const bool ends = j + 1 == list.size() || !list[j + 1].second.first;
        if (!whole || !begins || !ends || static_cast<int>(j - i + 1) < n) continue;
        int64_t worst = 0;
        for (size_t k = i; k <= j; ++k) worst = std::max(worst, list[k].second.second);
        const int64_t begin = list[i].first / kMinute;
        lines[absl::StrCat(absl::Dec(begin, absl::kZeroPad10), device)] =
            absl::StrCat(" ", device, " ", begin, "-", list[j].first / kMinute, " x", j - i + 1,
                         " worst ", worst);
      }
    }
  }
  std::string text = absl::StrCat(samples, "/", outs);
  for (const auto& [key, line] : lines) text += line;
  return text;
}

std::string Briefly(const ColdJudgement& judged) {
  std::string text = absl::StrCat(judged.samples, "/", judged.out);
  for (const Excursion& each : judged.excursions) {
    absl::StrAppend(&text, " ", each.device, " ", each.begin / kMinute, "-", each.end / kMinute,
                    " x", each.samples, " worst ", ToMillicelsius(each.worst));
  }
  return text;
}

TEST_CASE("neither order, nor batches, nor repeats change what a series comes to") {
  std::mt19937_64 random(testing::Seed());
  int excursions = 0;
  const int rounds = testing::Rounds(300);
  for (int round = 0; round < rounds; ++round) {
    const int n = 1 + static_cast<int>(random() % 4);
    const ColdBand band = Band(n, 1'000'000, 3);
    std::vector<Reading> readings;
    const int count = static_cast<int>(random() % 40);
    for (int i = 0; i < count; ++i) {
      const std::string device = random() % 3 == 0 ? "b" : "a";
      // A minute may be reported twice, with another value.
      const int64_t value = random() % 2 == 0 ? 5'000 : 10'001 + static_cast<int>(random() % 999);
      readings.push_back(At(static_cast<int>(random() % 30), value, device));
      readings.back().sequence = static_cast<int64_t>(random() % 100);
    }
    const std::string whole = Text(Judge(readings, band));
    CHECK(Briefly(Judge(readings, band)) == Slowly(readings, n));
    excursions += static_cast<int>(Judge(readings, band).excursions.size());
    // Dealt out to batches that come in any order, some of them twice.
    std::vector<std::vector<Reading>> batches(1 + random() % 5);
    for (const Reading& reading : readings) batches[random() % batches.size()].push_back(reading);
    for (size_t i = batches.size(); i-- > 0;) {
      if (random() % 2 == 0) batches.push_back(batches[i]);
    }
    std::shuffle(batches.begin(), batches.end(), random);
    ColdSeries series;
    for (std::vector<Reading>& batch : batches) {
      std::shuffle(batch.begin(), batch.end(), random);
      for (const Reading& reading : batch) series.Add(reading);
    }
    CHECK(Text(series.Judge(band)) == whole);
  }
  CHECK(excursions > rounds);
}

}  // namespace
}  // namespace shian::trace
