#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "libs/qr/qr.h"
#include "libs/store/testing.h"
#include "services/ctl/check/command.h"
#include "services/ctl/check/draw.h"

namespace shian::ctl {
namespace {

TEST_CASE("a table of codes keeps its columns and gets kind, verdict and rule") {
  bool all_valid = true;
  const auto out = CheckCsv(
      "id,code,kind\n1,914403001922038216,\n2,914403001922038217,USCC\n3,6901234000016,gln\n"
      "4,hello,NOSUCH\n",
      &all_valid);
  REQUIRE(out.ok());
  REQUIRE_FALSE(all_valid);
  REQUIRE(*out ==
          "id,code,kind,found_kind,valid,rule\r\n"
          "1,914403001922038216,,USCC,true,\r\n"
          "2,914403001922038217,USCC,USCC,false,USCC_CHECK_DIGIT\r\n"
          "3,6901234000016,gln,GLN,true,\r\n"
          "4,hello,NOSUCH,,false,CODE_KIND_UNKNOWN\r\n");
}

TEST_CASE("a table without a code column is refused") {
  bool all_valid = true;
  REQUIRE_FALSE(CheckCsv("name\nx\n", &all_valid).ok());
}

TEST_CASE("a text is drawn into the file whose name says the form") {
  const store::TemporaryFolder folder;
  const std::string text = "https://id.gs1.org/01/06901234567892/10/M1";
  const auto drawn = [&](const std::string& name, const char* correction, int module_pixels) {
    const std::string file = folder.path() + "/" + name;
    const absl::Status status = DrawCode(text, correction, module_pixels, file);
    if (!status.ok()) return std::string();
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(drawn("a.svg", "M", 8) == *qr::ToSvg(*qr::Encode(text, qr::Correction::kMedium), 8));
  CHECK(drawn("a.PNG", "H", 3) == *qr::ToPng(*qr::Encode(text, qr::Correction::kHigh), 3));
  CHECK(drawn("a.jpg", "M", 8).empty());
  CHECK(drawn("a.svg", "X", 8).empty());
  CHECK(drawn("a.svg", "M", 0).empty());
  CHECK(drawn("no/such/folder.svg", "M", 8).empty());
}

}  // namespace
}  // namespace shian::ctl
