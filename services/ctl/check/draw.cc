#include "services/ctl/check/draw.h"

#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/qr/qr.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

struct DrawArguments {
  std::string text, out, correction = "M";
  int module_pixels = 8;
};

absl::StatusOr<qr::Correction> ToCorrection(absl::string_view word) {
  if (word == "L") return qr::Correction::kLow;
  if (word == "M") return qr::Correction::kMedium;
  if (word == "Q") return qr::Correction::kQuartile;
  if (word == "H") return qr::Correction::kHigh;
  return absl::InvalidArgumentError(absl::StrCat("--correction is L, M, Q or H, not ", word));
}

}  // namespace

absl::Status DrawCode(absl::string_view text, absl::string_view correction, int module_pixels,
                      const std::string& file) {
  ASSIGN_OR_RETURN(const qr::Correction level, ToCorrection(correction));
  const bool png = absl::EndsWithIgnoreCase(file, ".png");
  if (!png && !absl::EndsWithIgnoreCase(file, ".svg")) {
    return absl::InvalidArgumentError("--out ends in .svg or .png");
  }
  ASSIGN_OR_RETURN(const qr::Symbol symbol, qr::Encode(text, level));
  ASSIGN_OR_RETURN(const std::string picture,
                   png ? qr::ToPng(symbol, module_pixels) : qr::ToSvg(symbol, module_pixels));
  std::ofstream out(file, std::ios::binary);
  out << picture;
  out.close();
  return out ? absl::OkStatus() : absl::InvalidArgumentError("cannot write " + file);
}

void AddDraw(CLI::App* code, int* exit_code) {
  auto arguments = std::make_shared<DrawArguments>();
  CLI::App* draw = code->add_subcommand("qr", "draw a text as a QR code; no server needed");
  draw->footer(
      "Examples:\n  shian code qr https://id.gs1.org/01/06901234567892/10/M1 --out m1.svg\n"
      "  shian code qr TEXT --out label.png --module 12 --correction Q");
  draw->add_option("TEXT", arguments->text, "printable ASCII, at most 1,000 characters")
      ->required();
  draw->add_option("--out", arguments->out, "file, .svg or .png")->required();
  draw->add_option("--correction", arguments->correction,
                   "L, M, Q or H: how much may be damaged; M if not given");
  draw->add_option("--module", arguments->module_pixels, "side of a module in pixels, 1 to 32");
  draw->callback([=] {
    const absl::Status drawn =
        DrawCode(arguments->text, arguments->correction, arguments->module_pixels, arguments->out);
    *exit_code = drawn.ok() ? 0 : ReportUsage(drawn);
  });
}

}  // namespace shian::ctl
