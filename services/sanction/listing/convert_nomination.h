// proto <-> domain for nominations.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/policy/registry.h"
#include "services/sanction/listing/nomination.h"
#include "services/sanction/party/convert.h"
#include "shian/sanction/v1/nomination.pb.h"

namespace shian::sanction::convert {

// Derives the clocks that its events started.
absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies,
                        Nomination* nomination);

struct NominationView {
  const Party& party;
  std::string origin;
  std::string locale;
};
v1::Nomination ToProto(const Nomination& nomination, const NominationView& view);

}  // namespace shian::sanction::convert
