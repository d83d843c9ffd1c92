#ifndef SHIAN_LIBS_NAMES_RULES_H_
#define SHIAN_LIBS_NAMES_RULES_H_

#include <string>

namespace shian::names {

// 32 bytes that are equal in two processes only where both take every name apart alike and make the
// same keys of it: what was kept of one may then be used by the other.
const std::string& RulesHash();

}  // namespace shian::names

#endif  // SHIAN_LIBS_NAMES_RULES_H_
