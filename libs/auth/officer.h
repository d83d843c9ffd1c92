// The officer (执法人员) who acts, as the verified token says.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace shian::auth {

struct Officer {
  std::string person;              // stable person id of the bureau's login
  std::string name;                // shown to people, never logged
  std::string organisation;        // organisation code of the bureau
  std::string region;              // six digits; the officer acts within it
  std::string card;                // enforcement card number (执法证号)
  std::vector<std::string> posts;  // such as "handler", "legal-reviewer", "head"
  absl::Time expiry;               // of the token, on real time
};

}  // namespace shian::auth
