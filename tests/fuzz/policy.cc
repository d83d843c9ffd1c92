// A policy file. The first line is its path in the folder, which says its kind; the rest is its
// text. A good policy printed by protobuf is good again and means the same; a bad one says why.
#include <google/protobuf/text_format.h>

#include "libs/base/text.h"
#include "libs/policy/folder.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

void CheckProblems(const policy::FileResult& result) {
  CHECK(!result.problems.empty());
  for (const policy::Problem& problem : result.problems) {
    CHECK(!problem.en.empty() && !problem.zh.empty());
    CHECK_GE(problem.line, 0);
    CHECK(!problem.ToString().empty());
  }
}

void CheckPrinted(const std::string& path, const google::protobuf::Message& message) {
  std::string printed;
  CHECK(google::protobuf::TextFormat::PrintToString(message, &printed));
  const policy::FileResult again = policy::ParseFile(path, printed);
  for (const policy::Problem& problem : again.problems) CHECK(false) << problem.ToString();
  CHECK(again.message->SerializeAsString() == message.SerializeAsString());
}

}  // namespace

FUZZ_TARGET(policy) {
  const size_t end = input.find('\n');
  if (end == absl::string_view::npos) return;
  const std::string path(input.substr(0, end));
  const policy::FileResult result = policy::ParseFile(path, std::string(input.substr(end + 1)));
  if (result.message == nullptr) {
    CheckProblems(result);
  } else {
    CheckPrinted(path, *result.message);
  }
}

}  // namespace shian::fuzz
