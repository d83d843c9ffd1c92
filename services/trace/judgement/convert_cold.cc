#include "services/trace/judgement/convert_cold.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {
namespace {

using errors::Violations;

constexpr int64_t kMicros = 1'000'000;

// 0 stands for `otherwise`.
int64_t ReadBudget(int64_t asked, int64_t otherwise, int64_t most, absl::string_view field,
                   Violations* wrong) {
  if (asked == 0) return otherwise;
  if (asked >= 1 && asked <= most) return asked;
  wrong->Add(field, {absl::StrCat("must be 0 to ", most), absl::StrCat("应为0至", most), "RANGE"});
  return otherwise;
}

ColdBand ToBand(const policy::v1::ColdBand& band) {
  ColdBand out;
  out.key = band.key();
  out.title = band.title_zh();
  out.gtin_prefixes = {band.gtin_prefixes().begin(), band.gtin_prefixes().end()};
  if (band.has_lowest_millicelsius()) out.lowest = band.lowest_millicelsius();
  if (band.has_highest_millicelsius()) out.highest = band.highest_millicelsius();
  out.samples_min = band.samples_min();
  out.stay_micros_min = band.stay_seconds_min() * kMicros;
  out.gap_micros_max = band.gap_seconds_max() * kMicros;
  out.source = band.source_zh();
  out.mark = static_cast<int>(band.mark());
  out.alert = band.alert();
  return out;
}

google::protobuf::Timestamp ToTimestamp(int64_t micros) { return rpc::ToProto(FromMicros(micros)); }

}  // namespace

absl::StatusOr<ColdQuestion> ToQuestion(const v1::CheckColdChainRequest& in) {
  Violations wrong;
  ColdQuestion question;
  switch (in.subject_case()) {
    case v1::CheckColdChainRequest::kEpc:
      question.epc = capture::ToEpc(in.epc(), "epc", &wrong);
      if (in.epc().empty()) wrong.Add("epc", {"is required", "不能为空", "REQUIRED"});
      break;
    case v1::CheckColdChainRequest::kProcess:
      question.process = ReadProcess(in.process(), &wrong);
      break;
    case v1::CheckColdChainRequest::SUBJECT_NOT_SET:
      wrong.Add("epc", {"or process is required", "批次标识、生产过程应填其一", "REQUIRED"});
  }
  question.period = ReadOpenPeriod(in, &wrong);
  question.band = in.band();
  if (in.band().size() > limits::kBandKeyBytesMax) {
    wrong.Add("band", {absl::StrCat("must have at most ", limits::kBandKeyBytesMax, " bytes"),
                       absl::StrCat("不得超过", limits::kBandKeyBytesMax, "字节"), "RANGE"});
  }
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  question.max_events = ReadBudget(in.max_events(), limits::kColdEventsDefault,
                                   limits::kColdEventsMax, "max_events", &wrong);
  question.max_edges = ReadBudget(in.max_edges(), limits::kColdEdgesDefault, limits::kColdEdgesMax,
                                  "max_edges", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

ColdRule ToRule(const policy::v1::ColdChain& rule) {
  ColdRule out;
  for (const std::string& type : rule.sensor_types()) {
    const std::string uri = WebUri(Vocabulary::kMeasurementType, type);
    if (!uri.empty()) out.sensors.types.insert(uri);
  }
  for (const policy::v1::TemperatureUnit& unit : rule.units()) {
    out.sensors.units[unit.code()] = {unit.offset(), unit.numerator(), unit.denominator()};
  }
  out.sensors.clock_tolerance = absl::Seconds(rule.clock_tolerance_seconds());
  for (const policy::v1::ColdBand& band : rule.bands()) out.bands.push_back(ToBand(band));
  return out;
}

v1::AppliedBand ToProto(const ColdBand& band) {
  v1::AppliedBand out;
  out.set_key(band.key);
  out.set_title_zh(band.title);
  if (band.lowest) out.set_lowest_millicelsius(static_cast<int32_t>(*band.lowest));
  if (band.highest) out.set_highest_millicelsius(static_cast<int32_t>(*band.highest));
  out.set_samples_min(band.samples_min);
  out.set_stay_seconds_min(static_cast<int32_t>(band.stay_micros_min / kMicros));
  out.set_gap_seconds_max(static_cast<int32_t>(band.gap_micros_max / kMicros));
  out.set_source_zh(band.source);
  out.set_mark(static_cast<policy::v1::RuleMark>(band.mark));
  return out;
}

v1::ColdExcursion ToProto(const Excursion& excursion, const ColdBand& band) {
  v1::ColdExcursion out;
  out.set_band(band.key);
  out.set_device(excursion.device);
  *out.mutable_begin_time() = ToTimestamp(excursion.begin);
  *out.mutable_end_time() = ToTimestamp(excursion.end);
  out.set_samples(excursion.samples);
  out.set_worst_millicelsius(ToMillicelsius(excursion.worst));
  *out.mutable_worst_time() = ToTimestamp(excursion.worst_time);
  return out;
}

v1::ColdGap ToProto(const Gap& gap) {
  v1::ColdGap out;
  *out.mutable_begin_time() = ToTimestamp(gap.begin);
  *out.mutable_end_time() = ToTimestamp(gap.end);
  return out;
}

}  // namespace shian::trace::judgement
