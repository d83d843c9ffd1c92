// A recall of food (食品召回): proposed by a failed sample, its scope fixed by an officer at one
// state of the graph, its holders told. What ends it is a new fact; nothing is taken back silently.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/calendar/rule.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/epc.h"

namespace shian::trace {

// 召回级别.
enum class RecallClass { kOne = 1, kTwo = 2, kThree = 3 };
enum class RecallState { kProposed = 1, kFrozen = 2, kCompleted = 3, kClosed = 4, kWithdrawn = 5 };
enum class NoticeState { kIssued = 1, kAcknowledged = 2 };
// How grave the failed sample is (危害程度).
enum class Hazard { kUnknown, kSevere, kGeneral, kLabel };

// A duty that the law sets a clock for.
enum class Duty { kStart = 1, kFinish = 2 };
// The class by law of what a hazard can do; an unknown one counts as general.
RecallClass ClassOf(Hazard hazard);

// What the recall rule and the deadline table in force say of a class.
struct ClassRule {
  calendar::Rule start;   // from knowing to starting
  calendar::Rule finish;  // from the notice to the end
  errors::Basis basis;
  std::string policy_revision;
};

struct Officer {
  std::string person;
  std::string organisation;
  std::string card;
};

struct Recall {
  std::string id;
  int64_t version = 1;
  RecallState state = RecallState::kProposed;
  RecallClass recall_class = RecallClass::kTwo;
  std::string sample;     // "samples/{sample}"
  std::string operator_;  // "operators/{operator}": who must recall
  std::string region;
  std::string lot;  // canonical; empty when the product bore none
  std::string product;
  std::string reason;
  std::vector<std::string> further_seeds;
  absl::Time known_time;  // the duty to recall runs from here
  absl::Time propose_time;
  absl::Time freeze_time = absl::InfiniteFuture();
  Officer frozen_by;
  int64_t scope_sequence = 0;
  int64_t lot_count = 0;
  int64_t holder_count = 0;
  int64_t acknowledged_count = 0;
  std::string policy_revision;
  std::string deadline_revision;
  std::string start_rule;
  std::string finish_rule;
  errors::Basis basis;
  bool confirmed = false;
  std::string withdraw_reason;
  absl::Time withdraw_time = absl::InfiniteFuture();
  absl::Time complete_time = absl::InfiniteFuture();
  int extension_count = 0;  // how much more time to finish was given, in the finish clock's unit
  absl::Time order_time = absl::InfiniteFuture();
  absl::Time close_time = absl::InfiniteFuture();
  std::string cause;  // id of the change that gave the ground
  bool attested = false;
  absl::Time recorded;

  std::string name() const { return "recalls/" + id; }
  std::vector<std::string> seeds() const;
  bool frozen() const { return freeze_time != absl::InfiniteFuture(); }
  bool ordered() const { return order_time != absl::InfiniteFuture(); }
  // Whether the law has published it: what is only proposed is nobody's business yet.
  bool published() const { return frozen() || ordered(); }
};

// The clock of a duty: it ran out when it was not done by its due time.
struct DutyClock {
  Duty duty = Duty::kStart;
  std::string rule;  // key in the deadline table
  absl::Time start;
  absl::Time done;    // InfiniteFuture while it runs
  int extension = 0;  // units more than the rule gives
};
// Those that have started. What fell away needs no recall: a withdrawal ends them too.
std::vector<DutyClock> ClocksOf(const Recall& recall);
// A due time that waits for a calendar is not passed yet.
bool RanOut(const DutyClock& clock, const calendar::Due& due, absl::Time now);

// Takes over what the rule says; also when an officer decides on another class.
void ApplyClass(RecallClass recall_class, const ClassRule& rule, Recall* recall);

struct ScopeLot {
  std::string epc;
  EpcKind kind = EpcKind::kOther;
  int depth = 0;
};

struct ScopeHolder {
  std::string place;
  std::string operator_;  // empty when nobody registered the place
  std::vector<std::string> lots;
  int64_t lot_count = 0;
  absl::Time first;
  absl::Time last;
  bool last_holder = false;
};

// A scope as traced at one state of the graph.
struct Scope {
  int64_t sequence = 0;
  bool complete = true;
  std::vector<ScopeLot> lots;
  std::vector<ScopeHolder> holders;
};

struct Notice {
  std::string recall;  // id
  std::string id;
  int64_t version = 1;
  NoticeState state = NoticeState::kIssued;
  ScopeHolder holder;
  absl::Time issue_time;
  absl::Time acknowledge_time = absl::InfiniteFuture();
  std::string recovered_quantity;
  std::string recovered_uom;
  std::string remark;
  std::string unanswered_reason;  // as the recall's closing says

  std::string name() const { return "recalls/" + recall + "/notices/" + id; }
};

// Fixes the scope and makes the notices. Refused: RECALL_NOT_PROPOSED, RECALL_SCOPE_INCOMPLETE.
absl::StatusOr<std::vector<Notice>> Freeze(const Scope& scope, const Officer& officer,
                                           absl::Time now, Recall* recall);

// The sample's failure became final, or was overturned. False when that changes nothing.
bool Confirm(Recall* recall);
bool Withdraw(absl::string_view reason, absl::Time now, Recall* recall);

// All that can be recovered is recovered. Refused: RECALL_NOT_FROZEN.
absl::Status Complete(absl::Time now, Recall* recall);

// A holder's answer; a later one replaces it. Refused: RECALL_ENDED.
struct Acknowledgement {
  std::string recovered_quantity;
  std::string recovered_uom;
  std::string remark;
};
absl::Status Acknowledge(const Acknowledgement& answer, absl::Time now, Recall* recall,
                         Notice* notice);

}  // namespace shian::trace
