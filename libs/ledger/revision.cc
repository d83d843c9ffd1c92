#include "libs/ledger/revision.h"

#include <array>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/errors/errors.h"
#include "libs/ledger/limits.h"

namespace shian::ledger {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr char kVersion[] = "r1";
constexpr char kOfVersion[] = "r2";
constexpr store::Sql kSubjectVersion = {"SELECT version FROM subject_version WHERE shard = $1"};
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

// The parts of a token of this origin; empty when it is none.
std::vector<std::string> PartsOf(absl::string_view revision, const std::string& origin) {
  const absl::StatusOr<std::string> text = Base64UrlDecode(revision);
  if (!text.ok()) return {};
  std::vector<std::string> parts = absl::StrSplit(*text, '|');
  if (parts.size() < 2 || parts[1] != origin) return {};
  return parts;
}

absl::StatusOr<Heads> ParseHeads(const std::vector<std::string>& parts) {
  const absl::Status invalid = Refuse(Reason::kRevisionInvalid);
  if (parts.size() != 2 + kLogs || parts[0] != kVersion) return invalid;
  Heads heads;
  for (int log = 0; log < kLogs; ++log) {
    const std::vector<std::string> pair = absl::StrSplit(parts[2 + log], ':');
    const bool numbers = pair.size() == 2 && absl::SimpleAtoi(pair[0], &heads[log].epoch) &&
                         absl::SimpleAtoi(pair[1], &heads[log].last);
    if (!numbers) return invalid;
  }
  return heads;
}

absl::Status RequireVersion(store::ReadTx& tx, const std::string& shard, absl::string_view text) {
  int64_t wanted = 0;
  if (!absl::SimpleAtoi(text, &wanted) || shard.size() > limits::kSubjectBytesMax ||
      !IsValidUtf8(shard) || shard.find('\0') != std::string::npos) {
    return Refuse(Reason::kRevisionInvalid);
  }
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kSubjectVersion, store::Values(shard)));
  if (row && row->Int(0) >= wanted) return absl::OkStatus();
  return Refuse(Reason::kRevisionNotReached);
}

}  // namespace

std::string VersionRevision(absl::string_view origin, absl::string_view shard, int64_t version) {
  return Base64UrlEncode(absl::StrCat(kOfVersion, "|", origin, "|", shard, "|", version));
}

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

bool IsOfWrite(absl::string_view revision) {
  const absl::StatusOr<std::string> text = Base64UrlDecode(revision);
  return text.ok() && absl::StartsWith(*text, absl::StrCat(kOfVersion, "|"));
}

void ExpectRevision(store::ReadTx& tx) { tx.Expect(kHeads, {}); }

absl::Status RequireRevision(store::ReadTx& tx, absl::string_view revision) {
  const std::vector<std::string> parts = PartsOf(revision, tx.origin());
  if (parts.size() == 4 && parts[0] == kOfVersion) return RequireVersion(tx, parts[2], parts[3]);
  ASSIGN_OR_RETURN(const Heads wanted, ParseHeads(parts));
  ASSIGN_OR_RETURN(const Heads seen, ReadHeads(tx));
  for (int log = 0; log < kLogs; ++log) {
    // Another epoch is another history: what the token saw may be gone.
    if (wanted[log].epoch != seen[log].epoch) return Refuse(Reason::kRevisionInvalid);
    if (wanted[log].last > seen[log].last) return Refuse(Reason::kRevisionNotReached);
  }
  return absl::OkStatus();
}

}  // namespace shian::ledger
