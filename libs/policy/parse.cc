#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "libs/base/text.h"
#include "libs/policy/folder.h"
#include "libs/policy/kinds.h"
#include "libs/policy/limits.h"
#include "libs/policy/node.h"
#include "libs/policy/validate.h"

namespace shian::policy {
namespace {

// protobuf counts lines and columns from 0.
class Collector : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(Report* report) : report_(report) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (report_->problems.size() >= limits::kProblemsPerFileMax) return;
    report_->problems.push_back({report_->path, line + 1, column + 1, FieldIn(message), message,
                                 absl::StrCat("格式错误：", message)});
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    AddError(line, column, message);
  }

 private:
  // The parser's texts quote the field's name: 'no field named "cuont"'.
  static std::string FieldIn(const std::string& message) {
    const size_t end = message.rfind('"');
    if (end == std::string::npos || end == 0) return "";
    const size_t begin = message.rfind('"', end - 1);
    return begin == std::string::npos ? "" : message.substr(begin + 1, end - begin - 1);
  }

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
  Collector collector(&report);
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
