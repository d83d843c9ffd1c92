#include <catch2/catch.hpp>

#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

TEST_CASE("each encoding of an export is told and read") {
  const std::string text = "主体名称,代码\n澄沅县穗禾食品有限公司,1\n";
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf8Bom, Encoding::kGb18030}) {
    const auto bytes = EncodeText(text, encoding);
    REQUIRE(bytes.ok());
    const auto decoded = DecodeText(*bytes);
    REQUIRE(decoded.ok());
    REQUIRE(decoded->encoding == encoding);
    REQUIRE(decoded->text == text);
  }
}

TEST_CASE("bytes that are no text are refused, not replaced") {
  REQUIRE_FALSE(DecodeText("\xEF\xBB\xBF\xFF\xFE").ok());
  REQUIRE_FALSE(DecodeText("a\xFF\xFF").ok());
}

TEST_CASE("quotes, commas and line breaks survive a round trip, and lines are counted") {
  const std::vector<std::string> cells = {"a,b", "say \"yes\"", "two\nlines", "", " padded "};
  const auto table = ParseCsv("h1,h2,h3,h4,h5\r\n" + CsvLine(cells) + "\r\nnext,,,,\r\n");
  REQUIRE(table.ok());
  REQUIRE(table->rows.size() == 2);
  REQUIRE(table->rows[0].cells == cells);
  REQUIRE(table->rows[0].line == 2);
  REQUIRE(table->rows[1].line == 5);
  REQUIRE(table->Column("h3") == 2u);
  REQUIRE_FALSE(table->Column("h9").has_value());
}

TEST_CASE("a table without a clear header or with an open quote is refused") {
  REQUIRE_FALSE(ParseCsv("").ok());
  REQUIRE_FALSE(ParseCsv("a,a\n1,2\n").ok());
  REQUIRE_FALSE(ParseCsv("a,b\n\"1,2\n").ok());
}

TEST_CASE("a spreadsheet does not take a cell for a formula") {
  REQUIRE(CsvLine({"=1+1", "x"}, true) == "'=1+1,x\r\n");
  REQUIRE(CsvLine({"=1+1", "x"}) == "=1+1,x\r\n");
}

}  // namespace
}  // namespace shian::ctl
