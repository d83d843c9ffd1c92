#include "libs/telemetry/trace.h"

#include <algorithm>
#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace shian::telemetry {
namespace {

constexpr size_t kHeaderLength = 55;

// Ids are told apart by chance and guard nothing, so a fast generator does. Zero is no valid id.
uint64_t NewNumber() {
  thread_local absl::InsecureBitGen random;
  return absl::Uniform<uint64_t>(absl::IntervalClosed, random, 1, UINT64_MAX);
}

std::string Hex(uint64_t number) { return absl::StrCat(absl::Hex(number, absl::kZeroPad16)); }

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

}  // namespace

std::string Trace::ToHeader() const {
  return absl::StrCat("00-", trace_id, "-", span_id, "-", flags);
}

std::optional<Trace> ParseTrace(absl::string_view header) {
  if (header.size() != kHeaderLength || !absl::StartsWith(header, "00-")) return std::nullopt;
  if (header[35] != '-' || header[52] != '-') return std::nullopt;
  const absl::string_view trace_id = header.substr(3, 32);
  const absl::string_view span_id = header.substr(36, 16);
  const absl::string_view flags = header.substr(53, 2);
  if (!IsLowerHex(trace_id) || !IsLowerHex(span_id) || !IsLowerHex(flags)) return std::nullopt;
  if (IsZero(trace_id) || IsZero(span_id)) return std::nullopt;
  return Trace{std::string(trace_id), std::string(span_id), std::string(flags)};
}

Trace NewTrace() { return Trace{Hex(NewNumber()) + Hex(NewNumber()), Hex(NewNumber())}; }

Trace ContinueTrace(absl::string_view header) {
  std::optional<Trace> trace = ParseTrace(header);
  if (!trace) return NewTrace();
  trace->span_id = Hex(NewNumber());
  return *std::move(trace);
}

}  // namespace shian::telemetry
