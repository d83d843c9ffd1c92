#include "libs/qr/qr.h"

#include <png.h>
#ifdef SHIAN_WITH_ZBAR
#include <zbar.h>
#endif

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdio>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/testing.h"
#include "libs/qr/limits.h"

namespace shian::qr {
namespace {

constexpr char kLink[] = "https://id.gs1.org/01/06901234567892/10/L20260301A/21/000017";

// Grey pixels, a byte each.
struct Picture {
  int side = 0;
  std::vector<uint8_t> pixels;
};

Picture ReadPng(const std::string& bytes) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) != 0);
  REQUIRE(image.width == image.height);
  image.format = PNG_FORMAT_GRAY;
  Picture picture{static_cast<int>(image.width), {}};
  picture.pixels.resize(PNG_IMAGE_SIZE(image));
  REQUIRE(png_image_finish_read(&image, nullptr, picture.pixels.data(), 0, nullptr) != 0);
  return picture;
}

// The dark rectangles of our own SVG, drawn: "M4 4h7v1h-7z" and so on.
Picture DrawSvg(const std::string& svg, int scale) {
  Picture picture;
  int side = 0;
  REQUIRE(std::sscanf(svg.c_str() + svg.find("viewBox"), "viewBox=\"0 0 %d", &side) == 1);
  picture.side = side * scale;
  picture.pixels.assign(static_cast<size_t>(picture.side) * picture.side, 255);
  const size_t dark = svg.find("#000");
  REQUIRE(dark != std::string::npos);
  for (const auto piece : absl::StrSplit(svg.substr(dark), 'M')) {
    int x = 0, y = 0, width = 0;
    if (std::sscanf(std::string(piece).c_str(), "%d %dh%dv1", &x, &y, &width) != 3) continue;
    for (int row = y * scale; row < (y + 1) * scale; ++row) {
      for (int column = x * scale; column < (x + width) * scale; ++column) {
        picture.pixels[static_cast<size_t>(row) * picture.side + column] = 0;
      }
    }
  }
  return picture;
}

#ifdef SHIAN_WITH_ZBAR
std::string Read(const Picture& picture) {
  const auto side = static_cast<unsigned>(picture.side);
  zbar::Image image(side, side, "Y800", picture.pixels.data(), picture.pixels.size());
  zbar::ImageScanner scanner;
  scanner.set_config(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  scanner.set_config(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
  if (scanner.scan(image) != 1) return "not read";
  return image.symbol_begin()->get_data();
}
#endif

bool IsDarkAt(const Picture& picture, int module_pixels, int x, int y) {
  const int at_x = (x + limits::kQuietModules) * module_pixels;
  const int at_y = (y + limits::kQuietModules) * module_pixels;
  return picture.pixels[static_cast<size_t>(at_y) * picture.side + at_x] == 0;
}

void CheckSame(const Symbol& symbol, const Picture& picture, int module_pixels) {
  REQUIRE(picture.side == (symbol.size + 2 * limits::kQuietModules) * module_pixels);
  for (int y = -limits::kQuietModules; y < symbol.size + limits::kQuietModules; ++y) {
    for (int x = -limits::kQuietModules; x < symbol.size + limits::kQuietModules; ++x) {
      const bool inside = x >= 0 && y >= 0 && x < symbol.size && y < symbol.size;
      if (IsDarkAt(picture, module_pixels, x, y) != (inside && symbol.At(x, y))) {
        FAIL("the module at " << x << ", " << y << " differs");
      }
    }
  }
}

TEST_CASE("a picture shows its symbol with a quiet zone of four modules") {
  for (const Correction correction :
       {Correction::kLow, Correction::kMedium, Correction::kQuartile, Correction::kHigh}) {
    const auto symbol = Encode(kLink, correction);
    REQUIRE(symbol.ok());
    // The three corners that readers look for.
    CHECK(symbol->At(0, 0));
    CHECK(symbol->At(symbol->size - 1, 0));
    CHECK(symbol->At(0, symbol->size - 1));
    for (const int module_pixels : {1, 3, 8}) {
      CheckSame(*symbol, ReadPng(*ToPng(*symbol, module_pixels)), module_pixels);
      CheckSame(*symbol, DrawSvg(*ToSvg(*symbol, module_pixels), module_pixels), module_pixels);
    }
  }
}

TEST_CASE("more correction takes no smaller symbol") {
  CHECK(Encode(kLink, Correction::kLow)->size <= Encode(kLink, Correction::kMedium)->size);
  CHECK(Encode(kLink, Correction::kMedium)->size <= Encode(kLink, Correction::kQuartile)->size);
  CHECK(Encode(kLink, Correction::kLow)->size < Encode(kLink, Correction::kHigh)->size);
}

TEST_CASE("every text within the bound fits, others are refused") {
  for (const Correction correction : {Correction::kLow, Correction::kHigh}) {
    CHECK(Encode(std::string(limits::kTextBytesMax, 'a'), correction).ok());
    CHECK_FALSE(Encode(std::string(limits::kTextBytesMax + 1, 'a'), correction).ok());
  }
  for (const std::string& text : {std::string(), std::string("a\0b", 3), std::string("批次"),
                                  std::string("a b"), std::string("a\n")}) {
    CHECK(absl::IsInvalidArgument(Encode(text, Correction::kMedium).status()));
  }
  const Symbol symbol = *Encode("1", Correction::kMedium);
  for (const int module_pixels : {-1, 0, limits::kModulePixelsMax + 1}) {
    CHECK(absl::IsInvalidArgument(ToPng(symbol, module_pixels).status()));
    CHECK(absl::IsInvalidArgument(ToSvg(symbol, module_pixels).status()));
  }
}

TEST_CASE("what was drawn is read again") {
#ifdef SHIAN_WITH_ZBAR
  std::mt19937 random(testing::Seed());
  for (int i = 0; i < 60; ++i) {
    std::string text = kLink;
    const auto more = std::uniform_int_distribution<int>(0, 120)(random);
    for (int k = 0; k < more; ++k) {
      text.push_back(static_cast<char>(std::uniform_int_distribution<int>('!', '~')(random)));
    }
    const auto symbol = Encode(text, static_cast<Correction>(i % 4));
    REQUIRE(symbol.ok());
    const int module_pixels = 3 + i % 4;
    CHECK(Read(ReadPng(*ToPng(*symbol, module_pixels))) == text);
    CHECK(Read(DrawSvg(*ToSvg(*symbol, module_pixels), module_pixels)) == text);
  }
#else
  WARN("not read again: libzbar-dev is not installed");
#endif
}

}  // namespace
}  // namespace shian::qr
