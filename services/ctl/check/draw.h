#pragma once

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace shian::ctl {

// `text` as a QR code in `file`, whose name says its form: .svg or .png. `correction` is one of
// L, M, Q and H.
absl::Status DrawCode(absl::string_view text, absl::string_view correction, int module_pixels,
                      const std::string& file);

// `shian code qr TEXT --out FILE`: no server needed.
void AddDraw(CLI::App* code, int* exit_code);

}  // namespace shian::ctl
