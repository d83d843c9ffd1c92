#include "services/ctl/document/pdf.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "libs/store/testing.h"

namespace shian::ctl {
namespace {

TEST_CASE("a printer is used only where it is there") {
  const store::TemporaryFolder folder;
  REQUIRE(FindPdfPrinter(folder.path()).program.empty());
  REQUIRE(FindPdfPrinter("").program.empty());
  const std::string program = folder.path() + "/chromium";
  std::ofstream(program) << "#!/bin/sh\n";
  // Not to be run by anyone yet.
  REQUIRE(FindPdfPrinter(folder.path()).program.empty());
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const PdfPrinter printer = FindPdfPrinter("/nowhere:" + folder.path());
  REQUIRE(printer.program == program);
  const auto arguments = printer.Arguments("/a.html", "/b c.pdf", "/scratch");
  REQUIRE(std::count(arguments.begin(), arguments.end(), "--print-to-pdf=/b c.pdf") == 1);
  REQUIRE(arguments.back() == "file:///a.html");
}

}  // namespace
}  // namespace shian::ctl
