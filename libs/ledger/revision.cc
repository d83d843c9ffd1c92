#include "libs/ledger/revision.h"

#include <array>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"

namespace shian::ledger {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr char kVersion[] = "r1";
constexpr int kLogs = 3;
constexpr store::Sql kHeads = {
    "SELECT log, epoch, (SELECT coalesce(max(sequence), 0) FROM log_entry "
    "WHERE log_entry.log = log_head.log) FROM log_head ORDER BY log"};

struct Head {
  int64_t epoch = 1;
  int64_t last = 0;
};
using Heads = std::array<Head, kLogs>;

absl::StatusOr<Heads> ReadHeads(store::ReadTx& tx) {
  Heads heads;
  RETURN_IF_ERROR(tx.ForEach(kHeads, {}, [&](const store::Row& row) {
    heads[row.Int(0)] = {row.Int(1), row.Int(2)};
    return absl::OkStatus();
  }));
  return heads;
}

absl::StatusOr<Heads> ParseRevision(absl::string_view revision, const std::string& origin) {
  const absl::Status invalid = Refuse(Reason::kRevisionInvalid);
  const absl::StatusOr<std::string> text = Base64UrlDecode(revision);
  if (!text.ok()) return invalid;
  const std::vector<std::string> parts = absl::StrSplit(*text, '|');
  if (parts.size() != 2 + kLogs || parts[0] != kVersion || parts[1] != origin) return invalid;
  Heads heads;
  for (int log = 0; log < kLogs; ++log) {
    const std::vector<std::string> pair = absl::StrSplit(parts[2 + log], ':');
    const bool numbers = pair.size() == 2 && absl::SimpleAtoi(pair[0], &heads[log].epoch) &&
                         absl::SimpleAtoi(pair[1], &heads[log].last);
    if (!numbers) return invalid;
  }
  return heads;
}

}  // namespace

absl::StatusOr<std::string> Revision(store::ReadTx& tx) {
  std::string* const memo = tx.revision_memo();
  if (memo != nullptr && !memo->empty()) return *memo;
  ASSIGN_OR_RETURN(const Heads heads, ReadHeads(tx));
  std::string text = absl::StrCat(kVersion, "|", tx.origin());
  for (const Head& head : heads) absl::StrAppend(&text, "|", head.epoch, ":", head.last);
  std::string revision = Base64UrlEncode(text);
  if (memo != nullptr) *memo = revision;
  return revision;
}

absl::Status RequireRevision(store::ReadTx& tx, absl::string_view revision) {
  ASSIGN_OR_RETURN(const Heads wanted, ParseRevision(revision, tx.origin()));
  ASSIGN_OR_RETURN(const Heads seen, ReadHeads(tx));
  for (int log = 0; log < kLogs; ++log) {
    // Another epoch is another history: what the token saw may be gone.
    if (wanted[log].epoch != seen[log].epoch) return Refuse(Reason::kRevisionInvalid);
    if (wanted[log].last > seen[log].last) return Refuse(Reason::kRevisionNotReached);
  }
  return absl::OkStatus();
}

}  // namespace shian::ledger
