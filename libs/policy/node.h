// Walks a parsed policy with the place of each field in its file, so that every complaint names
// line, column and field.
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "libs/errors/errors.h"
#include "libs/policy/folder.h"

namespace shian::policy {

// Collects the problems of one file.
struct Report {
  std::string path;
  std::vector<Problem> problems;
};

// One message of the file. Cheap to copy; lives no longer than the message, the tree and the
// report.
class Node {
 public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;
  Node(const google::protobuf::Message& message, Tree* tree, Report* report)
      : Node(message, tree, report, "", {0, 0}) {}

  template <class P>
  const P& As() const {
    return static_cast<const P&>(message_);
  }

  // The messages of a repeated field; the one of a singular field.
  std::vector<Node> Each(const char* field) const;
  Node Child(const char* field) const;

  // `index` names one element of a repeated field.
  void Wrong(const char* field, errors::Rule rule, int index = -1) const;

  // The commonest rules. Each reports and gives false when broken.
  bool Present(const char* field) const;  // a string, enum, message or number that is not empty
  bool Text(const char* field, size_t code_points_max) const;
  bool Range(const char* field, int64_t min, int64_t max) const;
  bool DateText(const char* field) const;                    // "YYYY-MM-DD", or empty
  bool Unique(const char* repeated, const char* key) const;  // no two elements share the key
  // A LegalBasis with statute and article.
  bool Basis(const char* field) const;

 private:
  using Location = google::protobuf::TextFormat::ParseLocation;
  Node(const google::protobuf::Message& message, Tree* tree, Report* report, std::string prefix,
       Location at)
      : message_(message), tree_(tree), report_(report), prefix_(std::move(prefix)), at_(at) {}
  const google::protobuf::FieldDescriptor& FieldOf(const char* name) const;
  bool Empty(const google::protobuf::FieldDescriptor& field) const;

  const google::protobuf::Message& message_;
  Tree* tree_;  // null below a field that is absent
  Report* report_;
  std::string prefix_;
  Location at_;
};

}  // namespace shian::policy
