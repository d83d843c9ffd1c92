// proto <-> domain for cases.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/auth/approval.h"
#include "libs/policy/registry.h"
#include "services/sanction/case/case.h"
#include "services/sanction/party/convert.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/policy/v1/publicity.pb.h"
#include "shian/sanction/v1/case.pb.h"
#include "shian/sanction/v1/case_acts.pb.h"
#include "shian/sanction/v1/changes.pb.h"

namespace shian::sanction::convert {

inline constexpr char kCaseChain[] = "approval.case";
inline constexpr char kSeriousList[] = "list.samr-serious";
inline constexpr char kPublicityRule[] = "publicity.penalty";

// The name of an act in the approval chain.
const char* ChainAct(Act act);
// The acts of a case as the approval chain sees them.
std::vector<auth::ChainStep> StepsOf(const Case& c);

// A case to be filed: its first event holds what the request said. `stated` is the party for one
// that the registry does not know.
void ToFiling(const v1::FileCaseRequest& in, Reader* reader, Case* c, Party* stated);
Notice ToNotice(const v1::Notice& in, Reader* reader);
Penalty ToPenalty(const v1::Penalty& in, Reader* reader);
// Which penalties a listing may rest on.
HeavierRule ToHeavierRule(const policy::v1::ListRule& rule, const std::string& revision);
// A kind that this service does not know takes no penalty in.
std::vector<PublicityClass> ToPublicityClasses(const policy::v1::PublicityRule& rule);

// Derives the clocks that its acts started, the time bar, and what its procedure needs.
absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Case* c);

struct CaseView {
  const Party& party;
  std::string origin;
  std::string locale;
  absl::Time as_of;
};
v1::Case ToProto(const Case& c, const CaseView& view);

v1::CaseFiled ToFiled(const Case& c, const std::vector<std::string>& evidence);
v1::PenaltyDecided ToDecided(const Case& c, const std::vector<std::string>& evidence);
v1::PenaltyAnnulled ToAnnulled(const Case& c, absl::Time time);
// For the public log: a natural person by the operator's id only.
v1::PenaltyCard ToCard(const Case& c, const Party& party);

}  // namespace shian::sanction::convert
