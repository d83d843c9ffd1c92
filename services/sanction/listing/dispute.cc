#include "services/sanction/listing/dispute.h"

namespace shian::sanction {

const EntryEvent* OpenDispute(const Entry& entry) {
  const EntryEvent* disputed = entry.Last(EntryAct::kDisputed);
  if (disputed == nullptr) return nullptr;
  for (const EntryAct answer : {EntryAct::kDisputeUpheld, EntryAct::kDisputeDismissed}) {
    const EntryEvent* answered = entry.Last(answer);
    if (answered != nullptr && answered->sequence > disputed->sequence) return nullptr;
  }
  return disputed;
}

}  // namespace shian::sanction
