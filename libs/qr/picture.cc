#include <png.h>

#include <csetjmp>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "libs/qr/limits.h"
#include "libs/qr/qr.h"

namespace shian::qr {
namespace {

absl::Status CheckModule(int module_pixels) {
  if (module_pixels >= 1 && module_pixels <= limits::kModulePixelsMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a module has 1 to ", limits::kModulePixelsMax, " pixels"));
}

int SideOf(const Symbol& symbol) { return symbol.size + 2 * limits::kQuietModules; }

// One row of pixels, one bit each, the leftmost in the highest bit; a set bit is white.
std::vector<uint8_t> RowOf(const Symbol& symbol, int y, int module_pixels) {
  const int side = SideOf(symbol) * module_pixels;
  std::vector<uint8_t> row(static_cast<size_t>(side + 7) / 8, 0xFF);
  if (y < 0 || y >= symbol.size) return row;
  for (int x = 0; x < symbol.size; ++x) {
    if (!symbol.At(x, y)) continue;
    const int first = (x + limits::kQuietModules) * module_pixels;
    for (int pixel = first; pixel < first + module_pixels; ++pixel) {
      row[static_cast<size_t>(pixel) / 8] &= static_cast<uint8_t>(~(0x80U >> (pixel % 8)));
    }
  }
  return row;
}

void Append(png_structp png, png_bytep bytes, size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<char*>(bytes), count);
}

void Flush(png_structp) {}

// What libpng makes for a picture, given back at the end.
struct Writer {
  Writer() : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr)) {
    if (png != nullptr) info = png_create_info_struct(png);
  }
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  png_structp png = nullptr;
  png_infop info = nullptr;
};

// Everything that needs an end stands outside of it, because libpng comes back here by a jump.
bool WriteRows(Writer* writer, std::vector<std::vector<uint8_t>>* rows, int module_pixels,
               uint32_t side, std::string* out) {
  if (setjmp(png_jmpbuf(writer->png)) != 0) return false;
  png_set_write_fn(writer->png, out, Append, Flush);
  png_set_IHDR(writer->png, writer->info, side, side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer->png, writer->info);
  for (size_t row = 0; row < rows->size(); ++row) {
    for (int i = 0; i < module_pixels; ++i) png_write_row(writer->png, (*rows)[row].data());
  }
  png_write_end(writer->png, writer->info);
  return true;
}

}  // namespace

absl::StatusOr<std::string> ToSvg(const Symbol& symbol, int module_pixels) {
  if (const absl::Status status = CheckModule(module_pixels); !status.ok()) return status;
  const int side = SideOf(symbol);
  std::string out =
      absl::StrCat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", side * module_pixels,
                   "\" height=\"", side * module_pixels, "\" viewBox=\"0 0 ", side, " ", side,
                   "\" shape-rendering=\"crispEdges\">\n<path fill=\"#fff\" d=\"M0 0h", side, "v",
                   side, "H0z\"/>\n<path fill=\"#000\" d=\"");
  for (int y = 0; y < symbol.size; ++y) {
    for (int x = 0; x < symbol.size; ++x) {
      const int first = x;
      while (x < symbol.size && symbol.At(x, y)) ++x;
      if (x == first) continue;
      absl::StrAppend(&out, "M", first + limits::kQuietModules, " ", y + limits::kQuietModules, "h",
                      x - first, "v1h-", x - first, "z");
    }
  }
  absl::StrAppend(&out, "\"/>\n</svg>\n");
  return out;
}

absl::StatusOr<std::string> ToPng(const Symbol& symbol, int module_pixels) {
  if (const absl::Status status = CheckModule(module_pixels); !status.ok()) return status;
  std::vector<std::vector<uint8_t>> rows;
  for (int y = -limits::kQuietModules; y < symbol.size + limits::kQuietModules; ++y) {
    rows.push_back(RowOf(symbol, y, module_pixels));
  }
  std::string out;
  Writer writer;
  const auto side = static_cast<uint32_t>(SideOf(symbol) * module_pixels);
  if (writer.info == nullptr || !WriteRows(&writer, &rows, module_pixels, side, &out)) {
    return absl::ResourceExhaustedError("no memory for a picture");
  }
  return out;
}

}  // namespace shian::qr
