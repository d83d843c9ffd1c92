#include "libs/base/uuid.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/random.h"

namespace shian {
namespace {

constexpr size_t kUuidChars = 36;
constexpr int kTimeBytes = 6;
constexpr int64_t kMillisMax = (int64_t{1} << 48) - 1;

bool IsDashPlace(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string NewUuid7(absl::Time time, absl::string_view entropy10bytes) {
  CHECK_EQ(entropy10bytes.size(), kUuidEntropyBytes);
  const int64_t millis = std::clamp<int64_t>(absl::ToUnixMillis(time), 0, kMillisMax);
  std::string bytes;
  for (int i = kTimeBytes - 1; i >= 0; --i) bytes.push_back(static_cast<char>(millis >> (8 * i)));
  absl::StrAppend(&bytes, entropy10bytes);
  bytes[6] = static_cast<char>(0x70 | (bytes[6] & 0x0F));  // version 7
  bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3F));  // variant of RFC 9562
  const std::string hex = HexEncode(bytes);
  const absl::string_view h = hex;
  return absl::StrCat(h.substr(0, 8), "-", h.substr(8, 4), "-", h.substr(12, 4), "-",
                      h.substr(16, 4), "-", h.substr(20));
}

std::string NewUuid7(absl::Time time) { return NewUuid7(time, RandomBytes(kUuidEntropyBytes)); }

bool IsUuid(absl::string_view text) {
  if (text.size() != kUuidChars) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDashPlace(i) ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

}  // namespace shian
