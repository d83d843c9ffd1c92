// Alerts of trace as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/inspection/check/alert.h"

namespace shian::inspection::check {

absl::StatusOr<int64_t> NextAlertNumber(store::ReadTx& tx, const std::string& operator_id);
// Writes the alert as its next version, and keeps it among the open matters while it is open.
absl::Status PutAlert(store::WriteTx& tx, Alert& alert);
absl::StatusOr<std::optional<Alert>> FindAlert(store::ReadTx& tx, const std::string& operator_id,
                                               int64_t number);
// By trace's name: of one operator, and of all (as a rule one).
absl::StatusOr<std::optional<Alert>> FindAlertOf(store::ReadTx& tx, const std::string& operator_id,
                                                 const std::string& alert);
absl::StatusOr<std::vector<Alert>> AlertsNamed(store::ReadTx& tx, const std::string& alert);

struct AlertFilter {
  std::string region;
  std::string operator_id;  // empty: all of the region
  AlertState state = AlertState::kNone;
  absl::Time known_at = absl::InfiniteFuture();
  std::string after_operator;
  int64_t after_number = 0;
  int limit = 0;
};
absl::StatusOr<std::vector<Alert>> ListAlerts(store::ReadTx& tx, const AlertFilter& filter);

// Empties the words in the alerts about the operator (依法删除).
absl::Status EraseAlertTexts(store::WriteTx& tx, const std::string& operator_id);

}  // namespace shian::inspection::check
