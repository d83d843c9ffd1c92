// Reads and writes of the archive.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/credit/archive/evidence.h"

namespace shian::credit {

// The whole archive of one operator; nothing when the operator is not known here.
absl::StatusOr<std::optional<Archive>> FindArchive(store::ReadTx& tx, const OperatorId& id);

// The archive's row alone.
struct ArchiveHead {
  OperatorId id;
  int64_t version = 0;
  std::string region;
  std::string kind;
  bool erased = false;
};
absl::StatusOr<std::optional<ArchiveHead>> FindHead(store::ReadTx& tx, const OperatorId& id);
// Heads of a division in the order of their ids, from the one after `after`.
absl::StatusOr<std::vector<ArchiveHead>> ListHeads(store::ReadTx& tx, absl::string_view region,
                                                   absl::string_view after, int count);

// Files what is new about an operator. Each of them takes the archive's next version and gives
// false, with nothing written, when the operator was erased.
absl::StatusOr<bool> FileSubject(store::WriteTx& tx, const OperatorId& id, absl::string_view region,
                                 const Subject& subject);
absl::StatusOr<bool> FileEvidence(store::WriteTx& tx, const OperatorId& id,
                                  absl::string_view region, Evidence evidence);
// Marks all open evidence of `source` about the operator (of one kind, unless kUnknown).
enum class Close { kEnded, kAnnulled };
absl::StatusOr<bool> CloseEvidence(store::WriteTx& tx, const OperatorId& id,
                                   absl::string_view source, EvidenceKind kind, Close how,
                                   absl::Time time, absl::string_view cause);
// Operators about whom there is evidence from `source`.
absl::StatusOr<std::vector<OperatorId>> OperatorsWithSource(store::ReadTx& tx,
                                                            absl::string_view source);

// 依法删除: deletes everything about the operator but the mark that it was erased.
absl::Status EraseArchive(store::WriteTx& tx, const OperatorId& id, absl::string_view region);

// Evidence in the order of its numbers, from the one after `after`.
absl::StatusOr<std::vector<Evidence>> ListEvidence(store::ReadTx& tx, const OperatorId& id,
                                                   EvidenceKind kind, int64_t after, int count);

// One page of a division's operators that have checks, with checks only. A whole county takes
// longer to read than one read transaction may, so it is read page by page.
struct CheckedPage {
  std::vector<Archive> archives;
  int64_t checks = 0;
  std::string last;  // the page after this one begins behind it
  bool more = false;
};
absl::StatusOr<CheckedPage> ListChecked(store::ReadTx& tx, absl::string_view region,
                                        bool attested_only, absl::string_view after, int count);

}  // namespace shian::credit
