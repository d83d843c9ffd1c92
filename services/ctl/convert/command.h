#ifndef SHIAN_SERVICES_CTL_CONVERT_COMMAND_H_
#define SHIAN_SERVICES_CTL_CONVERT_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

namespace shian::ctl {

// `shian convert FILE --to xml|jsonld`: an EPCIS document in the other syntax, without a server.
void AddConvert(CLI::App* app, int* exit_code);

enum class Syntax { kXml, kJsonLd };
// Refused with the rule that `bytes` breaks.
absl::StatusOr<std::string> ConvertDocument(const std::string& bytes, Syntax to);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_CONVERT_COMMAND_H_
