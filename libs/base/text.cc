#include "libs/base/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/limits.h"
#include "libs/base/status_macros.h"

namespace shian {
namespace {

enum class Lines { kOne, kMany };

constexpr absl::string_view kMask = "****";
constexpr absl::string_view kNameMask = "**";
constexpr size_t kMaskFrom = 10;  // characters 11 to 14, counted from zero
constexpr size_t kFullCodeBytesMin = 15;

// The code point at `*at`, which moves on; negative when the bytes are broken.
UChar32 Next(absl::string_view text, size_t* at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  int64_t i = static_cast<int64_t>(*at);
  const int64_t size = static_cast<int64_t>(text.size());
  UChar32 c = -1;
  U8_NEXT(bytes, i, size, c);
  *at = static_cast<size_t>(i);
  return c;
}

bool IsBidiControl(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL); }

bool IsInvisible(UChar32 c) {
  return c == 0x200B || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F) || IsBidiControl(c);
}

bool IsLineBreak(UChar32 c) { return c == 0x2028 || c == 0x2029; }

bool IsAllowed(UChar32 c, Lines lines) {
  if (c >= 0x20 && c < 0x7F) return true;
  if (c == '\n' || c == '\t') return lines == Lines::kMany;
  if (u_charType(c) == U_CONTROL_CHAR || IsLineBreak(c)) return false;
  return !IsInvisible(c) && !U_IS_UNICODE_NONCHAR(c);
}

absl::Status CheckCharacters(absl::string_view text, Lines lines) {
  for (size_t i = 0; i < text.size();) {
    const UChar32 c = Next(text, &i);
    if (c < 0) return absl::InvalidArgumentError("the text is not valid UTF-8");
    if (!IsAllowed(c, lines)) {
      return absl::InvalidArgumentError(absl::StrCat("the text has the character U+",
                                                     absl::Hex(c, absl::kZeroPad4),
                                                     ", which is not allowed"));
    }
  }
  return absl::OkStatus();
}

// `text` is valid UTF-8.
absl::string_view Trim(absl::string_view text) {
  size_t begin = 0;
  for (size_t next = 0; next < text.size(); begin = next) {
    if (!u_isUWhiteSpace(Next(text, &next))) break;
  }
  text.remove_prefix(begin);
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && U8_IS_TRAIL(static_cast<uint8_t>(text[start]))) --start;
    size_t i = start;
    if (!u_isUWhiteSpace(Next(text, &i))) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c); });
}

std::string Compose(absl::string_view text) {
  if (IsAscii(text)) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  CHECK(U_SUCCESS(error)) << u_errorName(error);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  const icu::StringPiece in(text.data(), static_cast<int32_t>(text.size()));
  nfc->normalizeUTF8(0, in, sink, nullptr, error);
  CHECK(U_SUCCESS(error)) << u_errorName(error);
  return out;
}

std::string WithoutCarriageReturns(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i]);
  }
  return out;
}

absl::Status TooLong(size_t max_code_points) {
  return absl::InvalidArgumentError(
      absl::StrCat("the text is longer than ", max_code_points, " characters"));
}

absl::StatusOr<std::string> Normalise(absl::string_view text, size_t max_code_points, Lines lines) {
  const size_t max = std::min(max_code_points, limits::kTextCodePointsMax);
  if (text.size() > max * limits::kTextBytesPerCodePointMax) return TooLong(max);
  RETURN_IF_ERROR(CheckCharacters(text, lines));
  std::string composed = Compose(Trim(text));
  if (CountCodePoints(composed) > max) return TooLong(max);
  return composed;
}

}  // namespace

absl::StatusOr<std::string> NormaliseText(absl::string_view text, size_t max_code_points) {
  return Normalise(text, max_code_points, Lines::kOne);
}

absl::StatusOr<std::string> NormaliseParagraphs(absl::string_view text, size_t max_code_points) {
  const size_t max = std::min(max_code_points, limits::kTextCodePointsMax);
  if (text.size() > max * limits::kTextBytesPerCodePointMax) return TooLong(max);
  return Normalise(WithoutCarriageReturns(text), max, Lines::kMany);
}

bool IsValidUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (Next(text, &i) < 0) return false;
  }
  return true;
}

size_t CountCodePoints(absl::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) Next(text, &i);
  return count;
}

std::string MaskName(absl::string_view name) {
  if (name.empty()) return "";
  const absl::string_view start = name.substr(0, limits::kMaskedNameBytesMax);
  size_t letters = 0;
  absl::string_view first;
  for (size_t i = 0; i < start.size() && letters < 2;) {
    const size_t from = i;
    const UChar32 c = Next(start, &i);
    if (c < 0) break;
    if (u_isalnum(c) && ++letters == 1) first = start.substr(from, i - from);
  }
  // With no second letter the first one would be the whole name.
  return absl::StrCat(letters < 2 ? "" : first, kNameMask);
}

std::string MaskCode(absl::string_view code) {
  if (code.empty()) return "";
  const bool plain = std::all_of(code.begin(), code.end(),
                                 [](char c) { return absl::ascii_isalnum(c) || c == '-'; });
  if (!plain || code.size() > limits::kMaskedCodeBytesMax) return std::string(kMask);
  if (code.size() < kFullCodeBytesMin) return absl::StrCat(code.substr(0, code.size() / 4), kMask);
  return absl::StrCat(code.substr(0, kMaskFrom), kMask, code.substr(kMaskFrom + kMask.size()));
}

}  // namespace shian
