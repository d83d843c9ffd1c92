// A table as another system exported it: encoding, then cells. What was read can be written and
// read again without loss, in each encoding.
#include "services/ctl/text/csv.h"

#include "libs/base/text.h"
#include "services/ctl/text/encoding.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using ctl::CsvTable;
using ctl::Decoded;
using ctl::Encoding;

// Bytes tell their encoding only by what they are, so another one may be found; never another text
// under the same one.
void CheckEncodings(const Decoded& decoded) {
  CHECK(IsValidUtf8(decoded.text));
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf8Bom, Encoding::kGb18030}) {
    const auto encoded = ctl::EncodeText(decoded.text, encoding);
    CHECK_OK(encoded);
    const auto again = ctl::DecodeText(*encoded);
    if (again.ok() && again->encoding == encoding) CHECK(again->text == decoded.text);
  }
}

std::string Written(const CsvTable& table) {
  std::string text = CsvLine(table.header);
  for (const ctl::CsvRow& row : table.rows) text += CsvLine(row.cells);
  return text;
}

void CheckTable(const CsvTable& table) {
  const auto again = ctl::ParseCsv(Written(table));
  CHECK_OK(again);
  CHECK(again->header == table.header);
  CHECK_EQ(again->rows.size(), table.rows.size());
  int64_t line = 0;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    CHECK(again->rows[i].cells == table.rows[i].cells);
    CHECK_LT(line, table.rows[i].line);
    line = table.rows[i].line;
  }
}

}  // namespace

FUZZ_TARGET(csv) {
  const auto decoded = ctl::DecodeText(input);
  if (!decoded.ok()) return;
  CheckEncodings(*decoded);
  const auto table = ctl::ParseCsv(decoded->text);
  if (table.ok()) CheckTable(*table);
}

}  // namespace shian::fuzz
