// What a service reports: a change is appended to one of its three logs in the transaction of the
// fact it reports. Nothing is reported that was not written, and nothing written goes unreported.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::ledger {

enum class Log {
  kFacts = 0,   // what other services react to; internal
  kPublic = 1,  // what the law publishes; anyone may read and verify
  kAudit = 2,   // who did or read what, and why; restricted
};

// "facts", "public", "audit".
absl::string_view LogName(Log log);

struct Change {
  Log log = Log::kFacts;
  std::string type;  // "shian.sanction.listing.published"
  std::string
      subject;         // pseudonymous resource name: "operators/9141..." or "operators/<surrogate>"
  std::string region;  // "410902"
  absl::Time time;     // when it became true
  std::string payload;  // serialised message that the type names
  std::string cause;    // id of the change that led to it, else empty
};

// Type, subject, region, time and cause stand in the leaf for ever: no name, number or secret of a
// person belongs there. The payload is erasable.
absl::Status Append(store::WriteTx& tx, const Change& change);

// Many, in their order. Where many write at once, cheaper than one by one.
absl::Status AppendAll(store::WriteTx& tx, const std::vector<Change>& changes);

// 依法删除: removes payload and salt of every entry about `subject` and what lies below it
// ("operators/7" takes "operators/7/licences/1" too), in all three logs. Leaves stay, so every
// proof still verifies. Gives the number of entries erased.
absl::StatusOr<int64_t> EraseEntries(store::WriteTx& tx, absl::string_view subject);
absl::Status EraseSubject(store::WriteTx& tx, absl::string_view subject);

// A change's id, unique among all systems: "shian.sanction/410902/facts/1/17".
struct ChangeId {
  std::string origin;  // "shian.sanction/410902"
  Log log = Log::kFacts;
  int64_t epoch = 0;     // 1, and one more after a restore that lost entries
  int64_t sequence = 0;  // from 1
};
std::string FormatChangeId(const ChangeId& id);
absl::StatusOr<ChangeId> ParseChangeId(absl::string_view text);

}  // namespace shian::ledger
