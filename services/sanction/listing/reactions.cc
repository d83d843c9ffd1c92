#include "services/sanction/listing/reactions.h"

#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/limits.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/party/store_attested.h"

namespace shian::sanction {
namespace {

absl::Status Tell(store::WriteTx& tx, const Entry& entry, ledger::Log log, const char* type,
                  std::string payload, absl::Time time) {
  return ledger::Append(
      tx, convert::ChangeOf({entry.op, entry.region, time}, log, type, std::move(payload)));
}

// What another authority published stands in its log, and not in ours.
absl::StatusOr<bool> PublishedElsewhere(store::ReadTx& tx, const Entry& entry) {
  ASSIGN_OR_RETURN(const auto record, FindAttested(tx, {entry.op, "entries/" + entry.id.value()}));
  return record.has_value();
}

absl::Status TellExpiry(store::WriteTx& tx, const Entry& entry) {
  EntryEvent expired;
  expired.sequence = static_cast<int>(entry.events.size()) + 1;
  expired.act = EntryAct::kExpired;
  expired.time = EndOfDay(entry.until);
  expired.recorded = tx.now();
  RETURN_IF_ERROR(AppendEntryEvent(tx, entry, expired));
  return TellEnded(tx, entry, EntryState::kExpired, expired.time);
}

}  // namespace

absl::Status TellPublished(store::WriteTx& tx, const Entry& entry) {
  RETURN_IF_ERROR(Tell(tx, entry, ledger::Log::kFacts, "shian.sanction.listing.published",
                       convert::ToPublished(entry).SerializeAsString(), tx.now()));
  ASSIGN_OR_RETURN(const bool elsewhere, PublishedElsewhere(tx, entry));
  if (elsewhere) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, entry.op));
  return Tell(tx, entry, ledger::Log::kPublic, "shian.public.sanction.listing.published",
              convert::ToCard(entry, party).SerializeAsString(), tx.now());
}

absl::Status TellEnded(store::WriteTx& tx, const Entry& entry, EntryState how, absl::Time time) {
  RETURN_IF_ERROR(Tell(tx, entry, ledger::Log::kFacts, "shian.sanction.listing.ended",
                       convert::ToEnded(entry, how, time).SerializeAsString(), time));
  ASSIGN_OR_RETURN(const bool elsewhere, PublishedElsewhere(tx, entry));
  if (elsewhere) return absl::OkStatus();
  return Tell(tx, entry, ledger::Log::kPublic, "shian.public.sanction.listing.ended",
              convert::ToEndedCard(entry, how, time).SerializeAsString(), time);
}

absl::Status AnnulEntryOf(store::WriteTx& tx, const Case& c) {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, EntriesOf(tx, c.op));
  for (const Entry& entry : entries) {
    if (entry.case_id != c.id || entry.Last(EntryAct::kAnnulled) != nullptr) continue;
    EntryEvent annulled;
    annulled.sequence = static_cast<int>(entry.events.size()) + 1;
    annulled.act = EntryAct::kAnnulled;
    annulled.time = c.events.back().time;
    annulled.recorded = tx.now();
    annulled.actor = c.events.back().actor;
    RETURN_IF_ERROR(AppendEntryEvent(tx, entry, annulled));
    // A decision that never took effect was never told either. One that was repaired or has expired
    // is told again: it should never have been, and whoever keeps it as ended must drop it.
    if (entry.Last(EntryAct::kPublished) == nullptr) continue;
    RETURN_IF_ERROR(TellEnded(tx, entry, EntryState::kAnnulled, annulled.time));
  }
  return absl::OkStatus();
}

absl::Status TellExpiries(store::Store& store, absl::Time now) {
  bool more = true;
  while (more) {
    const auto tell = [now](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const std::vector<Entry> due,
                       EntriesToExpire(tx, ToDate(now), limits::kExpiriesPerWriteMax));
      for (const Entry& entry : due) RETURN_IF_ERROR(TellExpiry(tx, entry));
      return due.size() < limits::kExpiriesPerWriteMax ? "" : "more";
    };
    // Most times nothing is due, and a write would cost a commit.
    bool due = false;
    RETURN_IF_ERROR(store.ReadNow([&due, now](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<Entry> entries, EntriesToExpire(tx, ToDate(now), 1));
      due = !entries.empty();
      return absl::OkStatus();
    }));
    if (!due) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        const store::Written written,
        store.WriteAndWait(
            {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""}, tell));
    more = written.reply == "more";
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
