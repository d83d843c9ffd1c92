// Bans on people.
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/ban.pb.h"

namespace shian::policy {
namespace {

void ValidatePeriodOf(const Node& ground) {
  const auto& value = ground.As<v1::BanGround>();
  if (value.for_life()) {
    if (value.period_count() != 0) {
      ground.Wrong("period_count", {"must be 0 for life", "终身的不设期限"});
    }
    return;
  }
  ground.Range("period_count", 1, limits::kDeadlineCountMax);
  ground.Present("period_unit");
}

void ValidateGround(const Node& ground) {
  const auto& value = ground.As<v1::BanGround>();
  ground.Text("key", limits::kIdCharsMax);
  ground.Text("title_zh", limits::kTitleCodePointsMax);
  for (const char* field : {"basis", "roles", "bars", "mark"}) ground.Present(field);
  ground.Basis("legal_basis");
  ValidatePeriodOf(ground);
  const bool by_penalty = value.basis() == v1::BAN_BASIS_PENALTY;
  if (by_penalty) ground.Present("penalty_kinds");
  if (!by_penalty && !value.penalty_kinds().empty()) {
    ground.Wrong("penalty_kinds", {"belong to a penalty", "仅适用于以处罚为依据的情形"});
  }
}

}  // namespace

void ValidateBan(const Node& root) {
  for (const char* field : {"grounds", "posts", "approval_chain", "employer_clock", "gate_mark"}) {
    root.Present(field);
  }
  root.Unique("grounds", "key");
  for (const Node& ground : root.Each("grounds")) ValidateGround(ground);
  root.Unique("posts", "post");
  for (const Node& post : root.Each("posts")) {
    post.Text("post", limits::kIdCharsMax);
    post.Present("bars");
  }
  root.Range("answer_hours_max", 1, limits::kBanAnswerHoursMax);
  root.Basis("employer_basis");
}

}  // namespace shian::policy
