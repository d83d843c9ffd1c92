#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/recall/recall.h"

namespace shian::trace::recall {

absl::Status PutRecall(store::WriteTx& tx, const Recall& recall);
absl::StatusOr<std::optional<Recall>> FindRecall(store::ReadTx& tx, const std::string& id);
absl::StatusOr<std::optional<Recall>> FindRecallOfSample(store::ReadTx& tx,
                                                         const std::string& sample);

// Empty or zero fields do not filter.
struct RecallFilter {
  int state = 0;
  std::string operator_name;
  std::string sample;
};
absl::StatusOr<std::vector<Recall>> ListRecalls(store::ReadTx& tx, const RecallFilter& filter,
                                                const std::string& after, int limit);

absl::Status InsertScope(store::WriteTx& tx, const std::string& recall,
                         const std::vector<ScopeLot>& lots);
// The frozen lots after `after`, by identifier.
absl::StatusOr<std::vector<ScopeLot>> ListScope(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit);
absl::StatusOr<bool> InScope(store::ReadTx& tx, const std::string& recall, const std::string& epc);

absl::Status PutNotice(store::WriteTx& tx, const Notice& notice);
absl::StatusOr<std::optional<Notice>> FindNotice(store::ReadTx& tx, const std::string& recall,
                                                 const std::string& notice);
absl::StatusOr<std::vector<Notice>> ListNotices(store::ReadTx& tx, const std::string& recall,
                                                const std::string& after, int limit);

absl::StatusOr<std::vector<Notice>> NoticesOfOperator(store::ReadTx& tx,
                                                      const std::string& operator_name);

}  // namespace shian::trace::recall
