// What is told of entries, and what happens to them without anyone asking: the penalty they rest on
// falls, or time passes.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/sanction/case/case.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction {

// Tells other services and the public that the entry took effect, or that it ended. An end by
// repair or expiry may be followed by that of an annulment.
absl::Status TellPublished(store::WriteTx& tx, const Entry& entry);
absl::Status TellEnded(store::WriteTx& tx, const Entry& entry, EntryState how, absl::Time time);

// The entry of a case whose penalty was set aside is annulled in the same transaction.
absl::Status AnnulEntryOf(store::WriteTx& tx, const Case& c);

// Tells the end of every entry whose period is over. That it is over follows from its dates; this
// only says so once.
absl::Status TellExpiries(store::Store& store, absl::Time now);

}  // namespace shian::sanction
