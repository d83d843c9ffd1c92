// Who the matters here are about (当事人).
#pragma once

#include <string>

#include "libs/base/id.h"

namespace shian::sanction {

using OperatorId = Id<struct OperatorTag>;

// Who a matter is about. A natural person's name and code are erasable and never leave in a log.
struct Party {
  OperatorId op;
  std::string name;
  std::string code;
  bool natural_person = false;
};

// How a party may be shown to those who need not know it whole.
std::string ShownName(const Party& party);
std::string ShownCode(const Party& party);

}  // namespace shian::sanction
