#include "services/sanction/screening/store.h"

#include <set>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

absl::StatusOr<Listed> Load(store::ReadTx& tx, const OperatorId& op) {
  Listed listed;
  ASSIGN_OR_RETURN(NamedParty named, PartyWithNames(tx, op));
  listed.party = std::move(named.party);
  listed.names = std::move(named.names);
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, op));
  for (const Entry& entry : entries) {
    listed.entries.push_back(
        {entry.id, entry.list, entry.joint_effect, entry.ground_title, entry.basis, entry.times()});
  }
  return listed;
}

}  // namespace

absl::Status IndexFollower::CatchUp(store::ReadTx& tx) {
  if (!tx.latest()) return errors::Refuse(errors::Reason::kRevisionNotReached);
  absl::MutexLock lock(&mutex_);
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<ListChange> changes,
                     ListChangesAfter(tx, index_->revision(), limits::kChangesPerReadMax));
    if (changes.empty()) return absl::OkStatus();
    std::set<OperatorId> changed;
    for (const ListChange& change : changes) changed.insert(change.op);
    std::vector<Listed> parties;
    for (const OperatorId& op : changed) {
      ASSIGN_OR_RETURN(Listed listed, Load(tx, op));
      parties.push_back(std::move(listed));
    }
    const bool forgot = index_->Put(parties, changes.back().sequence);
    if (forgot && image_ != nullptr) image_->Remove();
  }
}

}  // namespace shian::sanction
