#include "services/sanction/party/party.h"

#include "libs/base/text.h"

namespace shian::sanction {

std::string ShownName(const Party& party) {
  return party.natural_person ? MaskName(party.name) : party.name;
}

std::string ShownCode(const Party& party) {
  return party.natural_person ? MaskCode(party.code) : party.code;
}

}  // namespace shian::sanction
