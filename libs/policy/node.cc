#include "libs/policy/node.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "libs/policy/limits.h"
#include "shian/common/v1/legal.pb.h"

namespace shian::policy {

using google::protobuf::FieldDescriptor;

const FieldDescriptor& Node::FieldOf(const char* name) const {
  const FieldDescriptor* field = message_.GetDescriptor()->FindFieldByName(name);
  SHIAN_CHECK(field != nullptr) << message_.GetTypeName() << " has no field " << name;
  return *field;
}

std::vector<Node> Node::Each(const char* name) const {
  const FieldDescriptor& field = FieldOf(name);
  const auto& reflection = *message_.GetReflection();
  std::vector<Node> nodes;
  for (int i = 0; i < reflection.FieldSize(message_, &field); ++i) {
    Tree* tree = tree_ == nullptr ? nullptr : tree_->GetTreeForNested(&field, i);
    const Location at = tree_ == nullptr ? at_ : tree_->GetLocation(&field, i);
    nodes.push_back(Node(reflection.GetRepeatedMessage(message_, &field, i), tree, report_,
                         absl::StrCat(prefix_, name, "[", i, "]."), at));
  }
  return nodes;
}

Node Node::Child(const char* name) const {
  const FieldDescriptor& field = FieldOf(name);
  Tree* tree = nullptr;
  Location at = at_;
  if (tree_ != nullptr && message_.GetReflection()->HasField(message_, &field)) {
    tree = tree_->GetTreeForNested(&field, -1);
    at = tree_->GetLocation(&field, -1);
  }
  return Node(message_.GetReflection()->GetMessage(message_, &field), tree, report_,
              absl::StrCat(prefix_, name, "."), at);
}

void Node::Wrong(const char* name, errors::Rule rule, int index) const {
  const FieldDescriptor& field = FieldOf(name);
  Location at{-1, -1};
  if (tree_ != nullptr)
    at = tree_->GetLocation(&field, field.is_repeated() ? std::max(index, 0) : -1);
  if (at.line < 0) at = at_;
  if (report_->problems.size() >= limits::kProblemsPerFileMax) return;
  const std::string element = index < 0 ? "" : absl::StrCat("[", index, "]");
  report_->problems.push_back({report_->path, at.line + 1, at.column + 1,
                               absl::StrCat(prefix_, name, element), rule.en, rule.zh});
}

bool Node::Empty(const FieldDescriptor& field) const {
  const auto& reflection = *message_.GetReflection();
  if (field.is_repeated()) return reflection.FieldSize(message_, &field) == 0;
  return !reflection.HasField(message_, &field);
}

bool Node::Present(const char* name) const {
  if (!Empty(FieldOf(name))) return true;
  Wrong(name, {"is required", "为必填项"});
  return false;
}

bool Node::Text(const char* name, size_t code_points_max) const {
  if (!Present(name)) return false;
  const std::string text = message_.GetReflection()->GetString(message_, &FieldOf(name));
  if (CountCodePoints(text) <= code_points_max) return true;
  Wrong(name, {absl::StrCat("has more than ", code_points_max, " characters"),
               absl::StrCat("超过", code_points_max, "个字符")});
  return false;
}

bool Node::Range(const char* name, int64_t min, int64_t max) const {
  const FieldDescriptor& field = FieldOf(name);
  const auto& reflection = *message_.GetReflection();
  const int64_t value = field.cpp_type() == FieldDescriptor::CPPTYPE_INT64
                            ? reflection.GetInt64(message_, &field)
                            : reflection.GetInt32(message_, &field);
  if (value >= min && value <= max) return true;
  Wrong(name,
        {absl::StrCat("must be ", min, " to ", max), absl::StrCat("应在", min, "至", max, "之间")});
  return false;
}

bool Node::DateText(const char* name) const {
  const std::string text = message_.GetReflection()->GetString(message_, &FieldOf(name));
  if (text.empty() || ParseDate(text).ok()) return true;
  Wrong(name, {"must be a date, YYYY-MM-DD", "应为YYYY-MM-DD格式的日期"});
  return false;
}

bool Node::Unique(const char* repeated, const char* key) const {
  std::set<std::string> seen;
  bool unique = true;
  for (const Node& node : Each(repeated)) {
    const std::string value =
        node.message_.GetReflection()->GetString(node.message_, &node.FieldOf(key));
    if (seen.insert(value).second) continue;
    node.Wrong(key,
               {absl::StrCat("\"", value, "\" stands twice"), absl::StrCat("“", value, "”重复")});
    unique = false;
  }
  return unique;
}

bool Node::Basis(const char* name) const {
  if (!Present(name)) return false;
  const Node basis = Child(name);
  const bool statute = basis.Text("statute", limits::kTitleCodePointsMax);
  return basis.Text("article", limits::kIdCharsMax) && statute;
}

}  // namespace shian::policy
