#pragma once

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "shian/policy/v1/header.pb.h"

namespace shian::policy {

// One kind of policy: its folder and its message.
struct Kind {
  v1::PolicyKind kind;
  const char* folder;
  const google::protobuf::Message* prototype;
};

const std::vector<Kind>& Kinds();
// Null when there is no such kind.
const Kind* KindOfFolder(absl::string_view folder);
const Kind* KindOf(v1::PolicyKind kind);
const Kind* KindOf(const google::protobuf::Descriptor& type);

// Every policy message has its header as field 1.
const v1::PolicyHeader& HeaderOf(const google::protobuf::Message& policy);

}  // namespace shian::policy
