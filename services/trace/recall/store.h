#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/recall/recall.h"

namespace shian::trace::recall {

// Writes the recall's version, which must be new. Reads take `at`: the last version recorded by
// then.
absl::Status PutRecall(store::WriteTx& tx, const Recall& recall);
absl::StatusOr<std::optional<Recall>> FindRecall(store::ReadTx& tx, const std::string& id,
                                                 absl::Time at = absl::InfiniteFuture());
// NOT_FOUND in the caller's words.
absl::StatusOr<Recall> MustFind(store::ReadTx& tx, const std::string& id,
                                absl::Time at = absl::InfiniteFuture());
absl::StatusOr<std::optional<Recall>> FindRecallOfSample(store::ReadTx& tx,
                                                         const std::string& sample);

// Published recalls as they are whose frozen scope holds one of the identifiers, or whose own lot
// is one of them; the newest first, at most `limit`.
absl::StatusOr<std::vector<Recall>> RecallsOfLots(store::ReadTx& tx,
                                                  const std::vector<std::string>& lots, int limit);
// The same for all lots and items of a class of goods, by its canonical identifier.
absl::StatusOr<std::vector<Recall>> RecallsOfClass(store::ReadTx& tx, const std::string& product,
                                                   int limit);
// Lots and items of the class in one recall's frozen scope.
absl::StatusOr<std::vector<std::string>> LotsOfClassIn(store::ReadTx& tx, const std::string& recall,
                                                       const std::string& product, int limit);

// Empty or zero fields do not filter.
struct RecallFilter {
  int state = 0;
  std::string operator_name;
  std::string sample;
  std::string region = "000000";
  absl::Time at = absl::InfiniteFuture();
};
absl::StatusOr<std::vector<Recall>> ListRecalls(store::ReadTx& tx, const RecallFilter& filter,
                                                const std::string& after, int limit);

// Recalls whose clock runs and that were not told to be late in the duty at hand.
absl::StatusOr<std::vector<Recall>> RecallsUnderClock(store::ReadTx& tx);
// False when this breach was told before.
absl::StatusOr<bool> InsertBreach(store::WriteTx& tx, const std::string& recall, Duty duty,
                                  absl::Time due);

absl::Status InsertScope(store::WriteTx& tx, const std::string& recall,
                         const std::vector<ScopeLot>& lots);
// The frozen lots after `after`, by identifier.
absl::StatusOr<std::vector<ScopeLot>> ListScope(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit);
absl::StatusOr<bool> InScope(store::ReadTx& tx, const std::string& recall, const std::string& epc);

// As for recalls.
absl::Status PutNotice(store::WriteTx& tx, const Notice& notice);
absl::StatusOr<std::optional<Notice>> FindNotice(store::ReadTx& tx, const std::string& recall,
                                                 const std::string& notice);
absl::StatusOr<std::vector<Notice>> ListNotices(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit,
                                                absl::Time at = absl::InfiniteFuture());

// Empties what the operator wrote, in every version; gives the names of its notices.
absl::StatusOr<std::vector<std::string>> EraseRemarks(store::WriteTx& tx,
                                                      const std::string& operator_name);

}  // namespace shian::trace::recall
