#include "services/trace/capture/rule.h"

#include <utility>

#include "libs/base/text.h"
#include "services/trace/capture/limits.h"

namespace shian::trace {
namespace {

// The first code points only, so that a hostile value cannot grow the answer.
std::string Cut(absl::string_view value) {
  size_t end = 0;
  for (size_t points = 0; end < value.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(value[end]) & 0xC0) != 0x80;
    if (starts && points++ == limits::kViolationValueCodePointsMax) break;
  }
  return IsValidUtf8(value.substr(0, end)) ? std::string(value.substr(0, end)) : std::string();
}

}  // namespace

void Findings::Add(const Rule& rule, std::string field, absl::string_view value) {
  if (violations_.size() >= limits::kViolationsPerEventMax) return;
  violations_.push_back({&rule, std::move(field), Cut(value)});
}

}  // namespace shian::trace
