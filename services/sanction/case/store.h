// Reads and writes of cases.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/store/store.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

// With its first event. ALREADY_EXISTS when the organisation has that number.
absl::Status InsertCase(store::WriteTx& tx, const Case& c);
// The next event; a number that is taken gives ALREADY_EXISTS.
absl::Status AppendEvent(store::WriteTx& tx, const Case& c, const Event& event);
absl::StatusOr<std::optional<Case>> FindCase(store::ReadTx& tx, const OperatorId& op,
                                             const CaseId& id);
// Whether a penalty decision of the organisation has that number.
absl::StatusOr<bool> IsDecisionNumber(store::ReadTx& tx, const std::string& organisation,
                                      const std::string& number);
// The cases of the operator in which a penalty was decided, the newest first, without `but`.
absl::StatusOr<std::vector<Case>> PunishedCases(store::ReadTx& tx, const OperatorId& op,
                                                const CaseId& but, int limit);
absl::StatusOr<std::vector<Case>> ListCases(store::ReadTx& tx, const PageQuery& query);

}  // namespace shian::sanction
