#ifndef SHIAN_LIBS_QR_QR_H_
#define SHIAN_LIBS_QR_QR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// QR codes (快速响应矩阵码, GB/T 18284, ISO/IEC 18004) as pictures. Symbols are made by
// libqrencode, PNG by libpng.
namespace shian::qr {

// How much of a symbol may be lost (纠错等级): about 7, 15, 25 and 30 of 100.
enum class Correction { kLow, kMedium, kQuartile, kHigh };

// A square of modules, without its quiet zone.
struct Symbol {
  int size = 0;  // modules on a side
  std::vector<bool> dark;
  bool At(int x, int y) const { return dark[static_cast<size_t>(y) * size + x]; }
};

// INVALID_ARGUMENT unless `text` is 1 to limits::kTextBytesMax printable characters of ASCII:
// readers do not agree on the character set of anything else. The smallest symbol that holds it.
absl::StatusOr<Symbol> Encode(absl::string_view text, Correction correction);

// With a quiet zone of four modules (静区), as the standard asks for. `module_pixels` is the side
// of a module, 1 to limits::kModulePixelsMax; else INVALID_ARGUMENT.
absl::StatusOr<std::string> ToSvg(const Symbol& symbol, int module_pixels);
// Black and white, one bit a pixel.
absl::StatusOr<std::string> ToPng(const Symbol& symbol, int module_pixels);

}  // namespace shian::qr

#endif  // SHIAN_LIBS_QR_QR_H_
