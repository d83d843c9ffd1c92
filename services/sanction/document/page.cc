#include "services/sanction/document/page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace shian::sanction {
namespace {

constexpr char kStyle[] =
#include "services/sanction/document/page_style.inc"

    // Even with a mistake in the escaping the page could load and run nothing.
    constexpr char kPolicy[] = "default-src 'none'; style-src 'unsafe-inline'";

std::string Head(const FilledForm& form) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"",
      kPolicy, "\">\n<title>", EscapeHtml(form.title), "</title>\n<style>\n", kStyle,
      "</style>\n</head>\n<body>\n<main>\n");
}

std::string Title(const FilledForm& form) {
  const bool draft = form.number.empty();
  return absl::StrCat(draft ? "<div class=\"draft\">草稿</div>\n" : "", "<p class=\"organ\">",
                      EscapeHtml(form.organisation), "</p>\n<h1>", EscapeHtml(form.title),
                      "</h1>\n<p class=\"number\">",
                      draft ? "（草稿，未编文号）" : EscapeHtml(form.number), "</p>\n");
}

// Lines of a value inside one cell or item.
std::string Lines(absl::string_view text) {
  return absl::StrReplaceAll(EscapeHtml(text), {{"\n", "<br>"}});
}

std::string Paragraphs(const FormBlock& block) {
  const char* open = block.flush ? "<p class=\"flush\">" : "<p>";
  std::string out;
  for (absl::string_view line : absl::StrSplit(block.text, '\n', absl::SkipWhitespace())) {
    absl::StrAppend(&out, open, EscapeHtml(line), "</p>\n");
  }
  return out;
}

std::string List(const FormBlock& block) {
  std::string out = "<ol>\n";
  for (const std::string& item : block.items) {
    absl::StrAppend(&out, "<li>", Lines(item), "</li>\n");
  }
  return out + "</ol>\n";
}

std::string Cell(const FormCell& cell, int span) {
  std::string out = absl::StrCat("<th>", Lines(cell.label), "</th><td");
  if (span > 1) absl::StrAppend(&out, " colspan=\"", span, "\"");
  if (!cell.signature) return absl::StrCat(out, ">", Lines(cell.value), "</td>");
  return absl::StrCat(out, " class=\"signed\">", Lines(cell.value),
                      "<span class=\"sign\">签名：　　　　　　　　年　　月　　日</span></td>");
}

// Rows of fewer cells than the widest one: their last value takes the room that is left.
std::string Table(const FormBlock& block) {
  size_t widest = 1;
  for (const FormRow& row : block.rows) widest = std::max(widest, row.cells.size());
  std::string out = "<table>\n";
  for (const FormRow& row : block.rows) {
    out += "<tr";
    if (row.lines > 0) absl::StrAppend(&out, " style=\"height: ", row.lines * 18 + 6, "pt\"");
    out += ">";
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const bool last = i + 1 == row.cells.size();
      const size_t span = last ? 2 * (widest - row.cells.size()) + 1 : 1;
      out += Cell(row.cells[i], static_cast<int>(span));
    }
    out += "</tr>\n";
  }
  return out + "</table>\n";
}

std::string Seal(const FormBlock& block) {
  return absl::StrCat("<section class=\"seal\">\n<span class=\"place\">（印章）</span>\n<p>",
                      EscapeHtml(block.text), "</p>\n<p>", EscapeHtml(block.date),
                      "</p>\n</section>\n");
}

std::string Block(const FormBlock& block) {
  switch (block.kind) {
    case BlockKind::kHeading:
      return absl::StrCat("<h2>", EscapeHtml(block.text), "</h2>\n");
    case BlockKind::kParagraph:
      return Paragraphs(block);
    case BlockKind::kList:
      return List(block);
    case BlockKind::kTable:
      return Table(block);
    case BlockKind::kSeal:
      return Seal(block);
  }
  return "";
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string RenderPage(const FilledForm& form) {
  std::string out = Head(form) + Title(form);
  for (const FormBlock& block : form.blocks) out += Block(block);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace shian::sanction
