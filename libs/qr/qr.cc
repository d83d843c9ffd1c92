#include "libs/qr/qr.h"

#include <qrencode.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/qr/limits.h"

namespace shian::qr {
namespace {

QRecLevel ToLevel(Correction correction) {
  switch (correction) {
    case Correction::kLow:
      return QR_ECLEVEL_L;
    case Correction::kMedium:
      return QR_ECLEVEL_M;
    case Correction::kQuartile:
      return QR_ECLEVEL_Q;
    case Correction::kHigh:
      return QR_ECLEVEL_H;
  }
  return QR_ECLEVEL_M;
}

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

struct Freer {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

absl::StatusOr<Symbol> Encode(absl::string_view text, Correction correction) {
  if (text.empty() || text.size() > limits::kTextBytesMax || !IsPrintable(text)) {
    return absl::InvalidArgumentError(absl::StrCat("a QR code holds 1 to ", limits::kTextBytesMax,
                                                   " printable characters of ASCII"));
  }
  const std::string whole(text);
  constexpr int kSmallestThatFits = 0, kCaseCounts = 1;
  const std::unique_ptr<QRcode, Freer> code(QRcode_encodeString(
      whole.c_str(), kSmallestThatFits, ToLevel(correction), QR_MODE_8, kCaseCounts));
  // Every text within the bound fits: what is left is memory.
  if (code == nullptr) return absl::ResourceExhaustedError("no memory for a QR code");
  Symbol symbol;
  symbol.size = code->width;
  const size_t modules = static_cast<size_t>(code->width) * static_cast<size_t>(code->width);
  symbol.dark.reserve(modules);
  for (size_t i = 0; i < modules; ++i) symbol.dark.push_back((code->data[i] & 1) != 0);
  return symbol;
}

}  // namespace shian::qr
