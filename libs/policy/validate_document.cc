// Document templates: what a text speaks of must be something the service knows.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/placeholder.h"
#include "libs/base/text.h"
#include "libs/policy/document_values.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/document.pb.h"

namespace shian::policy {
namespace {

using Names = std::set<std::string>;

constexpr char kIdPrefix[] = "document.";

Names NamesOf(const v1::DocumentTemplate& document) {
  Names names = DocumentValues();
  for (const v1::DocumentField& field : document.fields()) names.insert("field." + field.key());
  for (const std::string& clock : document.clocks()) names.insert("clock." + clock);
  return names;
}

errors::Rule Unknown(const std::string& name) {
  return {absl::StrCat("\"", name, "\" is no value of a document"),
          absl::StrCat("“", name, "”不是文书可用的取值")};
}

// One text, which may be empty, with placeholders.
void CheckText(const Node& node, const char* field, const std::string& text, const Names& names,
               size_t code_points_max, int index = -1) {
  if (CountCodePoints(text) > code_points_max) {
    node.Wrong(field,
               {absl::StrCat("has more than ", code_points_max, " characters"),
                absl::StrCat("超过", code_points_max, "个字符")},
               index);
  }
  const auto pieces = SplitPlaceholders(text);
  if (!pieces.ok()) {
    return node.Wrong(field, {std::string(pieces.status().message()), "占位符格式错误"}, index);
  }
  for (const TextPiece& piece : *pieces) {
    if (piece.is_name && !names.contains(piece.text)) node.Wrong(field, Unknown(piece.text), index);
  }
}

void CheckTable(const Node& table, const Names& names) {
  if (!table.Present("rows")) return;
  if (table.As<v1::DocumentTable>().rows_size() > limits::kDocumentRowsMax) {
    table.Wrong("rows", {"are too many", "行数过多"});
  }
  for (const Node& row : table.Each("rows")) {
    row.Present("cells");
    row.Range("lines", 0, limits::kDocumentRowLinesMax);
    if (row.As<v1::DocumentRow>().cells_size() > limits::kDocumentCellsMax) {
      row.Wrong("cells", {"are too many", "单元格过多"});
    }
    for (const Node& cell : row.Each("cells")) {
      cell.Text("label", limits::kTitleCodePointsMax);
      CheckText(cell, "value", cell.As<v1::DocumentCell>().value(), names,
                limits::kDocumentTextCodePointsMax);
    }
  }
}

void CheckList(const Node& list, const Names& names) {
  list.Present("items");
  const auto& items = list.As<v1::DocumentList>().items();
  if (items.size() > limits::kDocumentItemsMax) list.Wrong("items", {"are too many", "列项过多"});
  for (int i = 0; i < items.size(); ++i) {
    CheckText(list, "items", items[i], names, limits::kDocumentTextCodePointsMax, i);
  }
}

void CheckSeal(const Node& seal, const Names& names) {
  const auto& value = seal.As<v1::DocumentSeal>();
  seal.Present("text");
  CheckText(seal, "text", value.text(), names, limits::kTitleCodePointsMax);
  CheckText(seal, "date", value.date(), names, limits::kTitleCodePointsMax);
}

void CheckBlock(const Node& block, const Names& names) {
  const auto& value = block.As<v1::DocumentBlock>();
  if (!value.when().empty() && !names.contains(value.when())) {
    block.Wrong("when", Unknown(value.when()));
  }
  switch (value.block_case()) {
    case v1::DocumentBlock::kHeading:
      return CheckText(block.Child("heading"), "text", value.heading().text(), names,
                       limits::kTitleCodePointsMax);
    case v1::DocumentBlock::kParagraph:
      block.Child("paragraph").Present("text");
      return CheckText(block.Child("paragraph"), "text", value.paragraph().text(), names,
                       limits::kDocumentTextCodePointsMax);
    case v1::DocumentBlock::kList:
      return CheckList(block.Child("list"), names);
    case v1::DocumentBlock::kTable:
      return CheckTable(block.Child("table"), names);
    case v1::DocumentBlock::kSeal:
      return CheckSeal(block.Child("seal"), names);
    case v1::DocumentBlock::BLOCK_NOT_SET:
      return block.Wrong("paragraph", {"one part is required", "应有一种内容"});
  }
}

bool IsKey(const std::string& key) {
  return !key.empty() && key.size() <= limits::kIdCharsMax &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

void CheckFields(const Node& root) {
  root.Unique("fields", "key");
  const auto& document = root.As<v1::DocumentTemplate>();
  if (document.fields_size() > limits::kDocumentFieldsMax) {
    root.Wrong("fields", {"are too many", "填写项过多"});
  }
  for (const Node& field : root.Each("fields")) {
    field.Text("title_zh", limits::kTitleCodePointsMax);
    field.Present("type");
    if (!IsKey(field.As<v1::DocumentField>().key())) {
      field.Wrong("key", {"must be of a-z 0-9 and _", "应为小写字母、数字或下划线"});
    }
  }
}

void CheckActs(const Node& root) {
  const auto& document = root.As<v1::DocumentTemplate>();
  const errors::Rule unknown = {"is no act", "不是已知环节"};
  if (!document.act().empty() && !DocumentActs().contains(document.act())) {
    root.Wrong("act", unknown);
  }
  for (int i = 0; i < document.after_size(); ++i) {
    if (!DocumentActs().contains(document.after(i))) root.Wrong("after", unknown, i);
  }
}

// The wording of penalties and remedies: texts that stand in values.
void CheckWording(const Node& root, const Names& names) {
  const auto& document = root.As<v1::DocumentTemplate>();
  // They stand for themselves, so they cannot speak of themselves.
  Names others = names;
  others.erase("remedy");
  others.erase("penalty.items");
  CheckText(root, "remedy_zh", document.remedy_zh(), others, limits::kDocumentTextCodePointsMax);
  root.Unique("penalty_items", "kind");
  for (const Node& item : root.Each("penalty_items")) {
    item.Text("kind", limits::kIdCharsMax);
    item.Present("text_zh");
    CheckText(item, "text_zh", item.As<v1::DocumentPenaltyItem>().text_zh(), others,
              limits::kTitleCodePointsMax);
    CheckText(item, "without_zh", item.As<v1::DocumentPenaltyItem>().without_zh(), others,
              limits::kTitleCodePointsMax);
  }
}

}  // namespace

void ValidateDocument(const Node& root) {
  const auto& document = root.As<v1::DocumentTemplate>();
  if (!absl::StartsWith(document.header().id(), kIdPrefix)) {
    root.Wrong("header", {"its id must begin with \"document.\"", "标识应以“document.”开头"});
  }
  root.Text("title_zh", limits::kTitleCodePointsMax);
  root.Text("number_word", limits::kDocumentWordCodePointsMax);
  for (const char* field : {"numbering", "matters", "posts", "blocks"}) root.Present(field);
  if (document.blocks_size() > limits::kDocumentBlocksMax) {
    root.Wrong("blocks", {"are too many", "内容过多"});
  }
  CheckFields(root);
  CheckActs(root);
  const Names names = NamesOf(document);
  CheckWording(root, names);
  for (const Node& block : root.Each("blocks")) CheckBlock(block, names);
}

}  // namespace shian::policy
