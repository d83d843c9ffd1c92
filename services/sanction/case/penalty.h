// Penalties (行政处罚) and what makes one heavy enough to list somebody.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/errors/errors.h"

namespace shian::sanction {

// The numbers are stored and never change; they are those of the API.
enum class PenaltyKind {
  kWarning = 1,
  kCriticism = 2,
  kFine = 3,
  kConfiscation = 4,
  kLicenceSuspension = 5,
  kLicenceDowngrade = 6,
  kLicenceRevocation = 7,
  kActivityRestriction = 8,
  kShutdown = 9,
  kClosure = 10,
  kOccupationBan = 11,
};

// The rung of a discretion table that a penalty takes (裁量阶次).
struct ChosenRung {
  std::string table;
  std::string violation;
  int level = 0;  // of policy: 1 none to 5 heavier
  std::string departure_reason;
  std::string revision;
};

struct Penalty {
  std::string decision_number;
  std::set<PenaltyKind> kinds;
  int64_t fine_fen = 0;
  int64_t confiscation_fen = 0;
  bool aggravated = false;  // 从重
  int ban_months = 0;
  std::vector<errors::Basis> bases;
  std::string reasons;
  bool heavier = false;          // 较重行政处罚, judged when it was decided
  std::string heavier_revision;  // by this revision of the listing rule
  std::optional<ChosenRung> discretion;
};

// What the party was told beforehand (拟处罚内容).
struct Proposal {
  std::set<PenaltyKind> kinds;
  int64_t fine_fen = 0;
  int64_t confiscation_fen = 0;
  int ban_months = 0;
  bool aggravated = false;
};

// Which penalties a listing may rest on; from the listing rule.
struct HeavierRule {
  std::set<PenaltyKind> kinds;
  bool aggravated_fine = false;  // a fine from the heavier end counts
  std::string revision;
};

bool IsHeavier(const Penalty& penalty, const HeavierRule& rule);

// Whether the decision stays within what the party could answer to. Defending oneself never makes
// the penalty worse, and a kind that was not announced could not be answered.
bool StaysWithin(const Penalty& penalty, const Proposal& proposal);

// One class of penalties by their publicity (公示), from policy.
struct PublicityClass {
  bool any_kinds = false;       // takes penalties of any kinds
  std::set<PenaltyKind> kinds;  // else those of these kinds and no other
  int64_t fine_fen_max = 0;     // and with no higher fine; 0: whatever the fine
  std::string clock;            // how long it is public; empty: it is not published
  bool from_decision = false;   // counted from the decision, else from the publication
  errors::Basis basis;
};

// The first of the classes that takes the penalty; null when none does.
const PublicityClass* ClassOf(const std::vector<PublicityClass>& classes, const Penalty& penalty);

}  // namespace shian::sanction
