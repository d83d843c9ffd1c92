// proto <-> domain for bans.
#pragma once

#include <string>
#include <vector>

#include "libs/auth/approval.h"
#include "libs/codes/identity.h"
#include "services/sanction/ban/ban.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/party/convert.h"
#include "shian/policy/v1/ban.pb.h"
#include "shian/sanction/v1/ban.pb.h"
#include "shian/sanction/v1/ban_changes.pb.h"
#include "shian/sanction/v1/ban_service.pb.h"

namespace shian::sanction::convert {

inline constexpr char kBanRule[] = "ban.food";

// The name of an act in the approval chain.
const char* ChainAct(BanAct act);
std::vector<auth::ChainStep> StepsOf(const Ban& ban);

// Absent when the rule has no such ground.
std::optional<BanGround> ToBanGround(const policy::v1::BanRule& rule, absl::string_view key);

// All hashes of a person that follow from what was said; none when that is wrong. No refusal shows
// what was said.
std::vector<codes::KeyedHash> ToHashes(absl::string_view field, const v1::PersonKey& person,
                                       const codes::IdentityHasher& hasher, Reader* reader);

// What a proposal says; `case_name` is empty with a judgment.
struct Proposing {
  Ban ban;  // with the proposal as its event
  MatterName case_name;
};
Proposing ToProposing(const v1::ProposeBanRequest& in, const codes::IdentityHasher& hasher,
                      Date today, Reader* reader);

struct BanView {
  std::string origin;
  Date on;
};
v1::Ban ToProto(const Ban& ban, const BanView& view);
v1::BanCheck ToCheck(const Barring& barring, const std::string& client_ref);

v1::BanImposed ToImposed(const Ban& ban);
v1::BanEnded ToEnded(const Ban& ban, BanState how, absl::Time time);

}  // namespace shian::sanction::convert
