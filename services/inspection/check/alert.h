// Alerts of trace (追溯预警): clues that somebody must look into, and what that came to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace shian::inspection::check {

// Numbers are those of the API.
enum class AlertKind { kNone, kColdExcursion, kBalanceOver, kBalanceShort };
enum class AlertState { kNone, kOpen, kSettled, kWithdrawn };
enum class AlertFinding { kNone, kUnfounded, kExplained, kFounded, kChecked };

// Who looked into it, and what that came to.
struct Settlement {
  AlertFinding finding = AlertFinding::kNone;
  absl::Time time;
  std::string visit;   // "checks/…"; empty without a visit
  std::string reason;  // empty for a visit
  std::string person, organisation, card;
};

struct Alert {
  std::string operator_id;
  int64_t number = 0;
  std::string alert;  // as trace names it, or the id of the change that told it
  AlertKind kind = AlertKind::kNone;
  std::string region;
  std::string subject;  // goods or process
  std::string place;
  std::string summary;
  absl::Time occurred;
  absl::Time received;
  std::string cause;
  int64_t version = 0;
  std::optional<Settlement> settled;
  std::optional<absl::Time> withdrawn;
};

// What was settled stays settled, whatever trace says of it later.
AlertState StateOf(const Alert& alert);

// The act in the approval chain.
inline constexpr char kVerifyAlert[] = "verify_alert";
inline constexpr char kVerifyTitle[] = "核查追溯预警";

// Refuses one that is settled, or that trace withdrew.
absl::Status CheckOpen(const Alert& alert);

// Empties what words of others it holds (依法删除).
void EraseTexts(Alert& alert);

}  // namespace shian::inspection::check
