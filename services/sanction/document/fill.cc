#include "services/sanction/document/fill.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/placeholder.h"

namespace shian::sanction {
namespace {

// To be written by hand.
constexpr char kBlank[] = "＿＿＿＿";

std::string ValueOf(const DocumentValues& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

std::string FillCell(absl::string_view text, const DocumentValues& values) {
  const auto pieces = SplitPlaceholders(text);
  if (!pieces.ok()) return std::string(text);
  std::string out;
  for (const TextPiece& piece : *pieces) {
    out += piece.is_name ? ValueOf(values, piece.text) : piece.text;
  }
  return out;
}

FormBlock FillBlock(const FormBlock& block, const DocumentValues& values,
                    std::set<std::string>* missing) {
  FormBlock out = block;
  out.text = FillText(block.text, values, missing);
  out.date = FillText(block.date, values, missing);
  for (std::string& item : out.items) item = FillText(item, values, missing);
  for (FormRow& row : out.rows) {
    for (FormCell& cell : row.cells) cell.value = FillCell(cell.value, values);
  }
  return out;
}

}  // namespace

std::string FillText(absl::string_view text, const DocumentValues& values,
                     std::set<std::string>* missing) {
  const auto pieces = SplitPlaceholders(text);
  if (!pieces.ok()) return std::string(text);
  std::string out;
  for (const TextPiece& piece : *pieces) {
    const std::string value = piece.is_name ? ValueOf(values, piece.text) : piece.text;
    out += value.empty() ? kBlank : value;
    if (value.empty() && missing != nullptr) missing->insert(piece.text);
  }
  return out;
}

FilledForm Fill(const Form& form, const DocumentValues& values, std::set<std::string> missing) {
  FilledForm out;
  out.missing = std::move(missing);
  out.title = form.title;
  out.organisation = ValueOf(values, "organisation.name");
  out.number = ValueOf(values, "document.number");
  for (const FormBlock& block : form.blocks) {
    if (!block.when.empty() && ValueOf(values, block.when).empty()) continue;
    out.blocks.push_back(FillBlock(block, values, &out.missing));
  }
  for (const FormField& field : form.fields) {
    const std::string name = absl::StrCat("field.", field.key);
    if (!ValueOf(values, name).empty()) continue;
    if (field.optional) {
      out.missing.erase(name);
    } else {
      out.missing.insert(name);
    }
  }
  return out;
}

}  // namespace shian::sanction
