#include "libs/codes/rules.h"

#include <iterator>

#include "libs/base/check.h"

namespace shian::codes {
namespace {

struct RuleRow {
  const char* word;
  const char* en;
  const char* zh;
};

constexpr RuleRow kRules[] = {
#define CODE_RULE(name, word, en, zh) {word, en, zh},
#include "libs/codes/rules.def"
#undef CODE_RULE
};

}  // namespace

errors::Rule RuleText(CodeRule rule) {
  const auto index = static_cast<size_t>(rule);
  CHECK_LT(index, std::size(kRules));
  return {kRules[index].en, kRules[index].zh, kRules[index].word};
}

absl::Status Broken(CodeRule rule) { return errors::InvalidField("code", RuleText(rule)); }

errors::Rule RuleOf(const absl::Status& broken) {
  const auto wrong = errors::ViolationsOf(broken);
  return wrong.empty() ? errors::Rule{} : wrong.front().second;
}

}  // namespace shian::codes
