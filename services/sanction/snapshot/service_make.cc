#include "services/sanction/snapshot/service_make.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/snapshot/convert.h"
#include "services/sanction/snapshot/limits.h"
#include "services/sanction/snapshot/store.h"
#include "shian/policy/v1/list.pb.h"

namespace shian::sanction {
namespace {

// Clocks of policy: how often one is made, and how long it may be used.
constexpr char kEvery[] = "screening.snapshot";
constexpr char kValid[] = "screening.snapshot_valid";

// The part of `all` from `at` on that one write takes.
template <class T>
std::vector<T> PartOf(const std::vector<T>& all, size_t at) {
  const size_t end = std::min(all.size(), at + limits::kSnapshotItemsPerWrite);
  return {all.begin() + static_cast<ptrdiff_t>(at), all.begin() + static_cast<ptrdiff_t>(end)};
}

absl::StatusOr<absl::Time> DueOf(store::ReadTx& tx, const policy::Policies& policies,
                                 const char* key, absl::Time start) {
  ASSIGN_OR_RETURN(const StartedClock started,
                   convert::StartClock(tx, policies, key, ToDate(start)));
  ASSIGN_OR_RETURN(const Clock clock, convert::ResolveClock(tx, policies, started, start));
  return clock.due.due;
}

}  // namespace

struct SnapshotMaking::Plan {
  bool due = false;
  Snapshot snapshot;
  absl::Time expires;
  SnapshotItems items;
  int64_t omitted = 0;
  SnapshotDifference difference;
};

absl::StatusOr<bool> SnapshotMaking::IsJoint(store::ReadTx& tx, const std::string& list,
                                             absl::Time now) const {
  ASSIGN_OR_RETURN(const auto rule, edge_.policies().InForce<policy::v1::ListRule>(
                                        tx, convert::ListRuleId(list), ToDate(now)));
  return rule.policy().joint_effect();
}

absl::Status SnapshotMaking::Take(store::ReadTx& tx, const OperatorId& op, absl::Time now,
                                  Plan* plan) const {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, op));
  for (const Entry& entry : entries) {
    if (StateAt(entry, now) != EntryState::kInForce) continue;
    ASSIGN_OR_RETURN(const bool joint, IsJoint(tx, entry.list, now));
    if (!joint) continue;
    ASSIGN_OR_RETURN(const NamedParty party, PartyWithNames(tx, op));
    if (party.party.natural_person) {
      ++plan->omitted;
    } else {
      plan->items[{op.value(), entry.id.value()}] = convert::ToSnapshotItem(party, entry);
    }
  }
  return absl::OkStatus();
}

// Whoever was ever listed stands among the changes of the list.
absl::Status SnapshotMaking::Collect(store::ReadTx& tx, absl::Time now, Plan* plan) const {
  std::set<OperatorId> seen;
  int64_t& reached = plan->snapshot.list_revision;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<ListChange> changes,
                     ListChangesAfter(tx, reached, limits::kSnapshotChangesPerRead));
    if (changes.empty()) return absl::OkStatus();
    for (const ListChange& change : changes) {
      if (seen.insert(change.op).second) RETURN_IF_ERROR(Take(tx, change.op, now, plan));
    }
    reached = changes.back().sequence;
  }
}

absl::Status SnapshotMaking::Look(store::ReadTx& tx, absl::Time now, Plan* plan) const {
  if (!tx.latest()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<Snapshot> last, LatestSnapshots(tx, 1));
  if (!last.empty()) {
    ASSIGN_OR_RETURN(const absl::Time next, DueOf(tx, edge_.policies(), kEvery, last.front().made));
    if (now < next) return absl::OkStatus();
  }
  plan->snapshot.sequence = last.empty() ? 1 : last.front().sequence + 1;
  plan->snapshot.made = now;
  ASSIGN_OR_RETURN(plan->expires, DueOf(tx, edge_.policies(), kValid, now));
  RETURN_IF_ERROR(Collect(tx, now, plan));
  ASSIGN_OR_RETURN(const SnapshotItems before, CurrentItems(tx));
  plan->difference = DifferenceOf(before, plan->items);
  // Nothing was ever listed: there is nothing to hand out.
  plan->due = !last.empty() || !plan->items.empty();
  return absl::OkStatus();
}

absl::Status SnapshotMaking::Write(absl::Time now, store::WriteFn fn) const {
  return edge_.store().WriteAndWait({.now = now}, std::move(fn)).status();
}

absl::Status SnapshotMaking::WriteItems(absl::Time now, const Plan& plan) const {
  const int64_t sequence = plan.snapshot.sequence;
  const auto& [removed, added] = plan.difference;
  for (size_t at = 0; at < removed.size(); at += limits::kSnapshotItemsPerWrite) {
    RETURN_IF_ERROR(Write(
        now,
        [sequence, part = PartOf(removed, at)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(RemoveItems(tx, sequence, part));
          return std::string();
        }));
  }
  for (size_t at = 0; at < added.size(); at += limits::kSnapshotItemsPerWrite) {
    RETURN_IF_ERROR(Write(
        now,
        [sequence, part = PartOf(added, at)](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(AddItems(tx, sequence, part));
          return std::string();
        }));
  }
  return absl::OkStatus();
}

absl::Status SnapshotMaking::Run(absl::Time now) {
  Plan plan;
  const absl::Status looked =
      edge_.store().ReadNow([&](store::ReadTx& tx) { return Look(tx, now, &plan); });
  // Nothing is handed out before two officers have said for how long it is good.
  if (errors::ReasonOf(looked) == errors::Reason::kPolicyNotInForce) return absl::OkStatus();
  RETURN_IF_ERROR(looked);
  if (!plan.due) return absl::OkStatus();
  RETURN_IF_ERROR(WriteItems(now, plan));
  const v1::SnapshotCard card =
      convert::ToCard({plan.snapshot, plan.expires, plan.items, plan.omitted});
  // With this it is one.
  return Write(
      now,
      [snapshot = plan.snapshot,
       payload = card.SerializeAsString()](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(InsertSnapshot(tx, snapshot));
        RETURN_IF_ERROR(DropSnapshotsBefore(tx, snapshot.sequence - limits::kSnapshotsKept));
        const std::vector<std::string> origin = absl::StrSplit(tx.origin(), '/');
        RETURN_IF_ERROR(ledger::Append(tx, {.log = ledger::Log::kPublic,
                                            .type = convert::kSnapshotMadeType,
                                            .subject = convert::SnapshotName(snapshot.sequence),
                                            .region = origin.back(),
                                            .time = tx.now(),
                                            .payload = payload,
                                            .cause = ""}));
        return std::string();
      });
}

}  // namespace shian::sanction
