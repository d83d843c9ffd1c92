// proto <-> domain for leads.
#pragma once

#include <string>

#include "services/sanction/lead/lead.h"
#include "services/sanction/party/convert.h"
#include "shian/sanction/v1/lead_service.pb.h"

namespace shian::sanction::convert {

// Act of the approval chain.
absl::string_view ChainAct(LeadAct act);
// Derives the clock of the decision to file.
absl::Status FillClock(store::ReadTx& tx, const policy::Policies& policies, Lead* lead);

struct LeadView {
  std::string origin;
  std::string locale;
};
v1::Lead ToProto(const Lead& lead, const LeadView& view);

}  // namespace shian::sanction::convert
