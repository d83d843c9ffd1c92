// Reads and writes of list entries, and the sequence of changes that the screening index follows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/party/matter.h"

namespace shian::sanction {

// With its first event.
absl::Status InsertEntry(store::WriteTx& tx, const Entry& entry);
absl::Status AppendEntryEvent(store::WriteTx& tx, const Entry& entry, const EntryEvent& event);
absl::StatusOr<std::optional<Entry>> FindEntry(store::ReadTx& tx, const OperatorId& op,
                                               const EntryId& id);
absl::StatusOr<std::vector<Entry>> EntriesOf(store::ReadTx& tx, const OperatorId& op);
// The same without what people wrote and attached: for those who read a whole list.
absl::StatusOr<std::vector<Entry>> BareEntriesOf(store::ReadTx& tx, const OperatorId& op);
absl::StatusOr<std::vector<Entry>> ListEntries(store::ReadTx& tx, const PageQuery& query);
// An edition of a list (期次): what is published together.
struct Edition {
  std::string organisation;
  std::string list;
  Date date;
};
absl::StatusOr<std::vector<Entry>> EntriesOfEdition(store::ReadTx& tx, const Edition& edition);
// As the store writes it: empty for none.
std::string EncodeEdition(std::optional<Date> edition);
absl::StatusOr<std::optional<Date>> DecodeEdition(const std::string& text);
// Entries whose last day is before `today` and whose end has not been told.
absl::StatusOr<std::vector<Entry>> EntriesToExpire(store::ReadTx& tx, Date today, int limit);

// Says that what is listed about `op` changed.
absl::Status NoteListChange(store::WriteTx& tx, const OperatorId& op);
// The same when a party's name or code changed: only a listed party concerns the list, and a county
// imports thousands that are not.
absl::Status NotePartyChange(store::WriteTx& tx, const OperatorId& op);
struct ListChange {
  int64_t sequence = 0;
  OperatorId op;
  absl::Time recorded;
};
// Sequence of the latest; 0 when there was none.
absl::StatusOr<int64_t> LastListChange(store::ReadTx& tx);
// In order, those after `after`.
absl::StatusOr<std::vector<ListChange>> ListChangesAfter(store::ReadTx& tx, int64_t after,
                                                         int limit);

}  // namespace shian::sanction
