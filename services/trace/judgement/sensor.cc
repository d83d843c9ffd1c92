#include "services/trace/judgement/sensor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/time.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kValues[] = {"value", "minValue", "maxValue", "meanValue"};

std::string TextOf(const json::Value* object, absl::string_view name) {
  const json::Value* value = object == nullptr ? nullptr : object->Find(name);
  return value != nullptr && value->IsString() ? std::string(value->text) : std::string();
}

std::optional<absl::Time> TimeOf(const json::Value* object, absl::string_view name) {
  const auto time = ParseTime(TextOf(object, name));
  return time.ok() ? std::optional(*time) : std::nullopt;
}

// A short text that tells one device from another.
std::string DeviceOf(const json::Value& report, const json::Value* metadata) {
  std::string device = TextOf(&report, "deviceID");
  if (device.empty()) device = TextOf(metadata, "deviceID");
  if (device.size() <= limits::kDeviceBytesMax) return device;
  return absl::StrCat("sha256:", absl::BytesToHexString(Sha256(device)));
}

struct Span {
  absl::Time begin, end;
};

// Of the report, else of its element, else of the event.
Span SpanOf(const json::Value& report, const json::Value* metadata, absl::Time event_time) {
  if (const auto time = TimeOf(&report, "time")) return {*time, *time};
  if (const auto time = TimeOf(metadata, "time")) return {*time, *time};
  const auto begin = TimeOf(metadata, "startTime");
  const auto end = TimeOf(metadata, "endTime");
  if (!begin && !end) return {event_time, event_time};
  return {begin.value_or(end.value_or(event_time)), end.value_or(begin.value_or(event_time))};
}

class Reader {
 public:
  Reader(const Event& event, int64_t sequence, absl::Time recorded, const SensorRule& rule)
      : event_(event), sequence_(sequence), latest_(recorded + rule.clock_tolerance), rule_(rule) {}

  void Element(const json::Value& element) {
    const json::Value* reports = element.Find("sensorReport");
    if (reports == nullptr || !reports->IsArray()) return;
    for (const json::Value& report : reports->items) {
      const std::string type = WebUri(Vocabulary::kMeasurementType, TextOf(&report, "type"));
      if (rule_.types.contains(type)) Report(report, element.Find("sensorMetadata"));
    }
  }

  std::vector<Reading> Take() { return std::move(out_); }

 private:
  void Report(const json::Value& report, const json::Value* metadata) {
    Reading reading;
    const Span span = SpanOf(report, metadata, event_.time);
    reading.begin = ToMicros(std::min(span.begin, span.end));
    reading.end = ToMicros(std::max(span.begin, span.end));
    reading.device = DeviceOf(report, metadata);
    reading.sequence = sequence_;
    const bool fine = span.begin <= span.end && !InError(report) && Values(report, &reading);
    if (!fine) reading.state = ReadingState::kUnreadable;
    if (std::max(span.begin, span.end) > latest_) reading.state = ReadingState::kFuture;
    out_.push_back(std::move(reading));
  }

  // The device itself says that it does not measure what it should.
  static bool InError(const json::Value& report) {
    static const std::string& error =
        *new std::string(WebUri(Vocabulary::kSensorAlert, "ERROR_CONDITION"));
    return WebUri(Vocabulary::kSensorAlert, TextOf(&report, "exception")) == error;
  }

  // False when any of them cannot be read, or there is none.
  bool Values(const json::Value& report, Reading* reading) const {
    const std::string uom = TextOf(&report, "uom");
    const auto unit = rule_.units.find(uom);
    if (unit == rule_.units.end()) {
      if (uom.size() <= limits::kSensorUomBytesMax) reading->unknown_uom = uom;
      return false;
    }
    reading->low_stated = report.Find("minValue") != nullptr;
    reading->high_stated = report.Find("maxValue") != nullptr;
    bool any = false;
    for (const absl::string_view name : kValues) {
      const json::Value* value = report.Find(name);
      if (value == nullptr) continue;
      const auto temperature =
          value->IsNumber() ? ToTemperature(value->text, unit->second) : std::nullopt;
      if (!temperature) return false;
      if (!any || *temperature < reading->low) reading->low = *temperature;
      if (!any || reading->high < *temperature) reading->high = *temperature;
      any = true;
    }
    return any;
  }

  const Event& event_;
  const int64_t sequence_;
  const absl::Time latest_;
  const SensorRule& rule_;
  std::vector<Reading> out_;
};

// Most events have none, and need not be read. A name may be written with escapes.
bool MayHaveSensors(const std::string& text) {
  return absl::StrContains(text, "sensorElementList") || absl::StrContains(text, "\\u");
}

}  // namespace

std::vector<Reading> ReadingsOf(const Event& event, int64_t sequence, absl::Time recorded,
                                const SensorRule& rule) {
  Reader reader(event, sequence, recorded, rule);
  json::Value value;
  if (event.declaration || !MayHaveSensors(event.json) ||
      json::Parse(event.json, &value) != nullptr) {
    return reader.Take();
  }
  const json::Value* list = value.Find("sensorElementList");
  if (list != nullptr && list->IsArray()) {
    for (const json::Value& element : list->items) reader.Element(element);
  }
  return reader.Take();
}

}  // namespace shian::trace
