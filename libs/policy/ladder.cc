#include "libs/policy/ladder.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "shian/policy/v1/deadline.pb.h"

namespace shian::policy {

absl::StatusOr<Ladder> LadderInForce(store::ReadTx& tx, const Policies& policies,
                                     absl::string_view key, Date on) {
  const std::string id = absl::StrCat("deadline.", key.substr(0, key.find('.')));
  const auto table = policies.InForce<v1::DeadlineTable>(tx, id, on);
  if (errors::ReasonOf(table.status()) == errors::Reason::kPolicyNotInForce) return Ladder();
  RETURN_IF_ERROR(table.status());
  Ladder ladder;
  ladder.revision = table->revision;
  for (const v1::EscalationRung& rung : table->policy().rungs()) {
    ladder.rungs.push_back(
        {{rung.count(), ToUnit(rung.unit()), calendar::LastDay::kExtend}, rung.post()});
  }
  return ladder;
}

absl::Time ReachedAt(const Rung& rung, const calendar::Calendar& calendar, absl::Time due) {
  if (rung.after.count == 0) return due;
  return calendar::DueOf(calendar, due, rung.after, {}).due;
}

}  // namespace shian::policy
