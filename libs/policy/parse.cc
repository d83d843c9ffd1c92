#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/text.h"
#include "libs/policy/folder.h"
#include "libs/policy/kinds.h"
#include "libs/policy/limits.h"
#include "libs/policy/node.h"
#include "libs/policy/validate.h"

namespace shian::policy {
namespace {

// The last quoted word of a message, which names the field: no field named "cuont".
std::string LastQuoted(const std::string& message) {
  const size_t end = message.rfind('"');
  if (end == std::string::npos || end == 0) return "";
  const size_t begin = message.rfind('"', end - 1);
  return begin == std::string::npos ? "" : message.substr(begin + 1, end - begin - 1);
}

// protobuf counts lines and columns from 0, and for an unknown enum value it names the place after
// the value instead of the value's.
class Collector : public google::protobuf::io::ErrorCollector {
 public:
  Collector(const std::string& text, Report* report) : text_(text), report_(report) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (report_->problems.size() >= limits::kProblemsPerFileMax) return;
    const Place place = IsEnumError(message) ? PlaceBefore(line, QuotedValue(message))
                                             : Place{line + 1, column + 1};
    report_->problems.push_back({report_->path, place.line, place.column, LastQuoted(message),
                                 message, absl::StrCat("格式错误：", message)});
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    AddError(line, column, message);
  }

 private:
  struct Place {
    int line;
    int column;
  };

  static bool IsEnumError(const std::string& message) {
    return message.rfind("Unknown enumeration value", 0) == 0;
  }
  static std::string QuotedValue(const std::string& message) {
    const size_t begin = message.find('"') + 1;
    return message.substr(begin, message.find('"', begin) - begin);
  }

  // The last line up to `line` (from 0) that holds `word`.
  Place PlaceBefore(int line, const std::string& word) const {
    const std::vector<std::string> lines = absl::StrSplit(text_, '\n');
    for (int i = std::min(line, static_cast<int>(lines.size()) - 1); i >= 0; --i) {
      const size_t column = lines[i].rfind(word);
      if (column != std::string::npos) return {i + 1, static_cast<int>(column) + 1};
    }
    return {line + 1, 1};
  }

  const std::string& text_;
  Report* report_;
};

FileResult Refused(const std::string& path, const char* en, const char* zh) {
  return {nullptr, {{path, 0, 0, "", en, zh}}};
}

}  // namespace

std::string Problem::ToString() const {
  return absl::StrCat(path, ":", line, ":", column, ": ", field, field.empty() ? "" : ": ", en);
}

FileResult ParseFile(const std::string& path, const std::string& text) {
  const std::string folder = std::filesystem::path(path).parent_path().filename().string();
  const Kind* kind = KindOfFolder(folder);
  if (kind == nullptr) {
    return Refused(path, "its folder names no kind of policy", "所在文件夹不是规则类别");
  }
  if (text.size() > limits::kFileBytesMax) return Refused(path, "is too large", "文件过大");
  if (!IsValidUtf8(text)) return Refused(path, "is not UTF-8", "不是UTF-8文本");
  Report report{path, {}};
  Collector collector(text, &report);
  google::protobuf::TextFormat::ParseInfoTree tree;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(&tree);
  std::shared_ptr<google::protobuf::Message> message(kind->prototype->New());
  if (parser.ParseFromString(text, message.get()) && report.problems.empty()) {
    Validate(kind->kind, Node(*message, &tree, &report));
  }
  if (!report.problems.empty()) return {nullptr, std::move(report.problems)};
  return {std::move(message), {}};
}

}  // namespace shian::policy
