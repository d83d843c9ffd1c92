#ifndef SHIAN_LIBS_CODES_RULES_H_
#define SHIAN_LIBS_CODES_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "libs/errors/errors.h"

namespace shian::codes {

enum class CodeRule {
#define CODE_RULE(name, word, en, zh) name,
#include "libs/codes/rules.def"
#undef CODE_RULE
};

// The rule with its texts and its stable word, such as "USCC_CHECK_DIGIT".
errors::Rule RuleText(CodeRule rule);

// INVALID_ARGUMENT about the field "code"; RuleOf gives the rule back, so that a handler can name
// its own field: violations.Add("operator.code", codes::RuleOf(checked.status())).
absl::Status Broken(CodeRule rule);
errors::Rule RuleOf(const absl::Status& broken);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_RULES_H_
