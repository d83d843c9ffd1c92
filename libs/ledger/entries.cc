#include "libs/ledger/entries.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"

namespace shian::ledger {
namespace {

constexpr char kCursorVersion[] = "c1";

}  // namespace

const store::FactTable& Entries() {
  static const auto* table =
      new store::FactTable("log_entry",
                           {"log", "sequence", "epoch", "type", "subject", "region", "time",
                            "recorded", "cause", "commitment", "salt", "payload"},
                           2);
  return *table;
}

const store::FactTable& Checkpoints() {
  static const auto* table =
      new store::FactTable("log_checkpoint", {"log", "size", "recorded", "root", "note"}, 2);
  return *table;
}

Leaf ToLeaf(const store::Row& row, const std::string& origin) {
  Leaf leaf;
  leaf.origin = origin;
  leaf.log = static_cast<Log>(row.Int(EntryColumn::kLog));
  leaf.epoch = row.Int(EntryColumn::kEpoch);
  leaf.type = row.Text(EntryColumn::kType);
  leaf.subject = row.Text(EntryColumn::kSubject);
  leaf.region = row.Text(EntryColumn::kRegion);
  leaf.time = FromMicros(row.Int(EntryColumn::kTime));
  leaf.cause = row.Text(EntryColumn::kCause);
  leaf.commitment = row.Blob(EntryColumn::kCommitment);
  return leaf;
}

Entry ToEntry(const store::Row& row, const std::string& origin) {
  Entry entry;
  entry.sequence = row.Int(EntryColumn::kSequence);
  entry.leaf = ToLeaf(row, origin);
  entry.recorded = FromMicros(row.Int(EntryColumn::kRecorded));
  entry.erased = row.IsNull(EntryColumn::kPayload);
  entry.salt = row.Blob(EntryColumn::kSalt);
  entry.payload = row.Blob(EntryColumn::kPayload);
  entry.id = FormatChangeId({origin, entry.leaf.log, entry.leaf.epoch, entry.sequence});
  return entry;
}

std::string LogOrigin(absl::string_view origin, Log log, int64_t epoch) {
  return absl::StrCat(origin, "/", LogName(log), "/", epoch);
}

std::string MakeCursor(absl::string_view origin, Log log, const Position& position) {
  return Base64UrlEncode(absl::StrCat(kCursorVersion, "|", origin, "|", LogName(log), "|",
                                      position.epoch, "|", position.sequence));
}

absl::StatusOr<Position> ParseCursor(absl::string_view cursor, absl::string_view origin, Log log) {
  const absl::Status invalid = errors::Refuse(errors::Reason::kFeedCursorInvalid);
  const absl::StatusOr<std::string> text = Base64UrlDecode(cursor);
  if (!text.ok()) return invalid;
  const std::vector<std::string> parts = absl::StrSplit(*text, '|');
  if (parts.size() != 5 || parts[0] != kCursorVersion) return invalid;
  if (parts[1] != origin || parts[2] != LogName(log)) return invalid;
  Position position;
  const bool numbers =
      absl::SimpleAtoi(parts[3], &position.epoch) && absl::SimpleAtoi(parts[4], &position.sequence);
  if (!numbers || position.epoch < 1 || position.sequence < 0) return invalid;
  return position;
}

}  // namespace shian::ledger
