#include "libs/auth/approval.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "libs/auth/system.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::auth {
namespace {

using errors::Reason;
using policy::v1::ApprovalAct;
using policy::v1::ApprovalChain;
using policy::v1::RegionLevel;

const ApprovalAct* FindAct(const ApprovalChain& chain, absl::string_view name) {
  for (const ApprovalAct& act : chain.acts()) {
    if (act.act() == name) return &act;
  }
  return nullptr;
}

absl::Status Refused(Reason reason, errors::Args args, const ApprovalAct& act) {
  return errors::Refuse(reason, std::move(args),
                        {act.legal_basis().statute(), act.legal_basis().article()});
}

RegionLevel LevelOf(absl::string_view region) {
  if (region.empty() || region == "000000") return policy::v1::REGION_LEVEL_NATIONAL;
  if (region.size() > 6) return policy::v1::REGION_LEVEL_TOWNSHIP;
  if (absl::EndsWith(region, "0000")) return policy::v1::REGION_LEVEL_PROVINCE;
  if (absl::EndsWith(region, "00")) return policy::v1::REGION_LEVEL_CITY;
  return policy::v1::REGION_LEVEL_COUNTY;
}

// An act of the superior authority may be needed at some levels only.
bool IsNeeded(const ApprovalAct& act, absl::string_view region) {
  if (!act.of_superior() || act.needed_at().empty() || region.empty()) return true;
  return std::any_of(act.needed_at().begin(), act.needed_at().end(),
                     [&](int level) { return level == LevelOf(region); });
}

bool IsSuperior(const Officer& officer, absl::string_view region) {
  return !region.empty() && officer.region != region && RegionCovers(officer.region, region);
}

absl::Status CheckPosts(const ApprovalAct& act, const Officer& officer, absl::string_view region) {
  const bool holds =
      std::any_of(officer.posts.begin(), officer.posts.end(), [&](const std::string& post) {
        return std::find(act.posts().begin(), act.posts().end(), post) != act.posts().end();
      });
  if (holds && (!act.of_superior() || IsSuperior(officer, region))) return absl::OkStatus();
  return Refused(Reason::kStepNotAllowed,
                 {{"step", act.title_zh()}, {"posts", absl::StrJoin(act.posts(), "、")}}, act);
}

bool KeptApart(const ApprovalAct& a, const ApprovalAct& b) {
  const auto names = [](const ApprovalAct& one, const ApprovalAct& other) {
    const auto& kept = one.kept_apart_from();
    return std::find(kept.begin(), kept.end(), other.act()) != kept.end();
  };
  return names(a, b) || names(b, a);
}

absl::Status CheckPerson(const ApprovalChain& chain, const ApprovalAct& act, const Officer& officer,
                         const std::vector<ChainStep>& done) {
  for (const ChainStep& step : done) {
    if (step.person != officer.person) continue;
    if (step.act == act.act() && act.officers_min() > 1) {
      return Refused(Reason::kStepAlreadyDone, {{"step", act.title_zh()}}, act);
    }
    const ApprovalAct* other = FindAct(chain, step.act);
    if (other != nullptr && KeptApart(act, *other)) {
      return Refused(Reason::kStepsKeptApart,
                     {{"first", other->title_zh()}, {"second", act.title_zh()}}, act);
    }
  }
  return absl::OkStatus();
}

bool IsDone(const ApprovalAct& act, const std::vector<ChainStep>& done) {
  std::set<std::string> persons;
  for (const ChainStep& step : done) {
    if (step.act == act.act()) persons.insert(step.person);
  }
  return static_cast<int>(persons.size()) >= std::max(1, act.officers_min());
}

absl::Status CheckOrder(const ApprovalChain& chain, const ApprovalAct& act,
                        const std::vector<ChainStep>& done, absl::string_view region) {
  for (const std::string& name : act.after()) {
    const ApprovalAct* required = FindAct(chain, name);
    if (required == nullptr || required->optional() || !IsNeeded(*required, region)) continue;
    if (IsDone(*required, done)) continue;
    return Refused(Reason::kStepOutOfOrder,
                   {{"step", act.title_zh()}, {"missing", required->title_zh()}}, act);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckStep(const ApprovalChain& chain, absl::string_view act_name,
                       const Officer& officer, const std::vector<ChainStep>& done,
                       absl::string_view region) {
  const ApprovalAct* act = FindAct(chain, act_name);
  if (act == nullptr) {
    return errors::Refuse(Reason::kStepUnknown, {{"step", std::string(act_name)}});
  }
  RETURN_IF_ERROR(CheckPosts(*act, officer, region));
  RETURN_IF_ERROR(CheckPerson(chain, *act, officer, done));
  return CheckOrder(chain, *act, done, region);
}

}  // namespace shian::auth
