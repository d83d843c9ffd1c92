// proto <-> domain for penalties' publicity.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/auth/approval.h"
#include "libs/policy/registry.h"
#include "services/sanction/party/convert.h"
#include "services/sanction/publicity/publicity.h"
#include "shian/sanction/v1/changes_publicity.pb.h"
#include "shian/sanction/v1/publicity.pb.h"

namespace shian::sanction::convert {

// The name of an act in its approval chain.
const char* ChainAct(PublicityAct act);
// Whether the chain of repairs has it; else it is the one of publicity.
bool IsRepair(PublicityAct act);
// The acts that its approval chain sees: of the request or the dispute that is open.
std::vector<auth::ChainStep> StepsOf(const Publicity& publicity);

// Derives the clocks that its events started.
absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Publicity* publicity);

struct PublicityView {
  const Party& party;
  std::string origin;
  std::string locale;
  absl::Time as_of;
  const RepairTerms& terms;
  const RepairClass* one = nullptr;  // the class a request would fall under
  std::optional<Date> repairable;
};
v1::Publicity ToProto(const Publicity& publicity, const PublicityView& view);

v1::PenaltyPublicityEnded ToEnded(const Publicity& publicity, PublicityState how, absl::Time time);
v1::PenaltyEndedCard ToEndedCard(const Publicity& publicity, PublicityState how, absl::Time time);

}  // namespace shian::sanction::convert
