// Ends that an officer gives to entries of lists that need no penalty.
#include "libs/base/status_macros.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/service_change.h"
#include "services/sanction/listing/store.h"

namespace shian::sanction {

absl::StatusOr<Entry> ListingService::EndNominated(store::WriteTx& tx, const rpc::Call& call,
                                                   const EntryOrder& order, EntryAct act) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  RETURN_IF_ERROR(CheckNominatedEnd(entry, act, tx.now()));
  ASSIGN_OR_RETURN(const ListingRule rule, RuleOfEntry(tx, entry));
  const char* step_name = act == EntryAct::kRemoved ? "removal" : "annulment";
  ASSIGN_OR_RETURN(const ListStep step, CheckNominatedStep(tx, call, rule, entry, step_name));
  const bool told = entry.Last(EntryAct::kPublished) != nullptr;
  EntryEvent ended;
  ended.act = act;
  ended.text = order.text;
  ended.documents = order.documents;
  ended.chain_revision = step.chain.revision;
  RETURN_IF_ERROR(Append(tx, call, std::move(ended), &entry));
  // A decision that never took effect was never told either.
  if (!told) return entry;
  const EntryState how = act == EntryAct::kRemoved ? EntryState::kRemoved : EntryState::kAnnulled;
  RETURN_IF_ERROR(TellEnded(tx, entry, how, tx.now()));
  RETURN_IF_ERROR(ended_(tx, entry));
  return entry;
}

absl::StatusOr<Entry> ListingService::Remove(store::WriteTx& tx, const rpc::Call& call,
                                             const EntryOrder& order) const {
  return EndNominated(tx, call, order, EntryAct::kRemoved);
}

absl::StatusOr<Entry> ListingService::Annul(store::WriteTx& tx, const rpc::Call& call,
                                            const EntryOrder& order) const {
  return EndNominated(tx, call, order, EntryAct::kAnnulled);
}

ListingService::Reactor* ListingService::RemoveEntry(Context* context,
                                                     const v1::RemoveEntryRequest* in,
                                                     v1::RemoveEntryResponse* out) {
  return Change(context, in, out, ToEntryOrder<v1::RemoveEntryRequest>, &ListingService::Remove);
}

ListingService::Reactor* ListingService::AnnulEntry(Context* context,
                                                    const v1::AnnulEntryRequest* in,
                                                    v1::AnnulEntryResponse* out) {
  return Change(context, in, out, ToEntryOrder<v1::AnnulEntryRequest>, &ListingService::Annul);
}

}  // namespace shian::sanction
