// What the law, as policy data carries it, says of a sample: its clocks, and which act may follow.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/calendar/calendar.h"
#include "libs/calendar/deadline.h"
#include "libs/calendar/rule.h"
#include "libs/errors/errors.h"
#include "services/inspection/sampling/sample.h"

namespace shian::inspection::sampling {

struct KindRule {
  bool enforcement = false;
  bool reinspection = false;
  bool published = false;
};

// The policies in force, as plain data.
struct Rules {
  std::shared_ptr<const calendar::Calendar> calendar;
  std::map<std::string, calendar::Rule> clocks;  // by key
  std::map<std::string, KindRule> kinds;         // by KeyOf(Kind)
  std::set<std::string> barred;                  // failure reasons without re-inspection
  std::set<std::string> severe;                  // failure reasons that are grave by themselves
  std::map<std::string, errors::Basis> rejects;  // by KeyOf(Reject)
  std::map<std::string, errors::Basis> duties;   // by key
  int samplers_min = 2;
  std::string approval_chain;  // policy id of the chain that acts follow

  errors::Basis DutyBasis(const std::string& key) const;
  errors::Basis RejectBasis(Reject reject) const;
  KindRule KindOf(Kind kind) const;
};

// Keys of the deadline table "deadline.sampling".
namespace key {
inline constexpr const char* kRecordsKept = "sampling.record_keeping";
inline constexpr const char* kDelivery = "sampling.delivery";
inline constexpr const char* kTestReport = "sampling.report";
inline constexpr const char* kBackupAfterPass = "sampling.backup_after_pass";
inline constexpr const char* kBackupAfterFail = "sampling.backup_after_fail";
inline constexpr const char* kReportPass = "sampling.report_pass";
inline constexpr const char* kReportFail = "sampling.report_fail";
inline constexpr const char* kReportSevere = "sampling.report_severe";
inline constexpr const char* kNotify = "sampling.service";
inline constexpr const char* kReinspectionRequest = "sampling.reinspection_request";
inline constexpr const char* kReinspectionAccept = "sampling.reinspection_accept";
inline constexpr const char* kReinspectionLab = "sampling.laboratory_draw";
inline constexpr const char* kLabDecline = "sampling.laboratory_decline";
inline constexpr const char* kBackupHandover = "sampling.backup_handover";
inline constexpr const char* kReinspectionReport = "sampling.reinspection_conclusion";
inline constexpr const char* kReinspectionNotify = "sampling.reinspection_result";
inline constexpr const char* kObjectionProcess = "sampling.objection_process";
inline constexpr const char* kObjectionResult = "sampling.objection_result";
inline constexpr const char* kObjectionAccept = "sampling.objection_accept";
inline constexpr const char* kDecideProcess = "sampling.objection_decide_process";
inline constexpr const char* kDecideResult = "sampling.objection_decide_result";
inline constexpr const char* kDisposalStart = "sampling.disposal_start";
inline constexpr const char* kDisposalStartSevere = "sampling.disposal_start_severe";
inline constexpr const char* kDisposalFinish = "sampling.disposal_finish";
inline constexpr const char* kPublication = "sampling.publication";
inline constexpr const char* kPostNotice = "sampling.premises_notice";
}  // namespace key

// What a clock is for: a duty can be overdue, a right can only lapse, a keeping period just ends.
enum class ClockUse { kDuty, kRight, kKeeping };

struct Clock {
  std::string step;  // "S9" of the procedure
  ClockUse use = ClockUse::kDuty;
  calendar::Rule rule;
  absl::Time start;
  std::vector<calendar::Suspension> suspensions;
  calendar::Due due;
  std::optional<absl::Time> done;
  bool attested = false;

  bool RunningAt(absl::Time at) const { return !done && !(due.known() && at > due.due); }
  bool OverdueAt(absl::Time at) const;
};

// Every clock that has started, in the order of the procedure.
std::vector<Clock> ClocksOf(const Sample& sample, const Rules& rules);

// A severe finding: the report says so, or a failed item is of a kind that is grave by itself.
bool IsSevere(const Sample& sample, const Rules& rules);

// Whether `act` may be done at `at`; completes what only the rules know (its legal basis). Refuses
// with the reason and the article that stand in the way.
absl::Status Decide(const Sample& sample, const Rules& rules, absl::Time at, Act& act);

// When a served failure becomes final because every right against it has run out unused; nothing
// while one is being handled, or while a calendar is missing.
std::optional<absl::Time> LapsesAt(const Sample& sample, const Rules& rules);

}  // namespace shian::inspection::sampling
