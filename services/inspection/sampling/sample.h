// A sample (样品) as its dated acts make it. The fold is total and pure: the same acts give the
// same sample, and acts up to a date give the sample as it was then.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/inspection/sampling/acts.h"

namespace shian::inspection::sampling {

using SampleId = Id<struct SampleTag>;

enum class State {
  kNone,
  kPlanned,
  kSampled,
  kDelivered,
  kReceived,
  kRejected,
  kReported,
  kNotified,
  kObjection,
  kReinspection,
  kFinal,
  kDisposed,
  kPublished,
  kClosed
};
std::string WordOf(State state);

// Who did an act, as the verified token and certificate said.
struct By {
  std::string person, organisation, card, system;
};

struct DatedAct {
  int sequence = 0;
  absl::Time time;      // when it was done
  absl::Time recorded;  // when we learned of it
  By by;
  Act act;
};

struct Hop {
  absl::Time time;
  Carrier carrier = Carrier::kNone;
  std::string laboratory, seal;
  bool seal_intact = false, backup = false;
};

struct Party {
  Role role = Role::kNone;
  std::string operator_id;  // empty for a producer that is not registered here
  std::optional<DueDiligence> diligence;
  absl::Time diligence_time;
};

struct Reinspection {
  absl::Time request_time;
  std::string applicant, reason;
  std::optional<absl::Time> decide_time;
  bool accepted = false;
  Reject reject = Reject::kNone;
  Basis basis;
  std::optional<absl::Time> draw_time;
  std::optional<absl::Time> designate_time;  // of the laboratory that is now drawn
  std::string seed;
  std::vector<Candidate> candidates;
  std::vector<absl::Time> declines;  // of the first candidates, in order
  std::optional<absl::Time> handover_time, receipt_time, report_time, served_time;
  std::optional<LabReport> report;
  // Empty when nobody is drawn or everyone declined.
  std::string laboratory() const {
    return declines.size() < candidates.size() ? candidates[declines.size()].laboratory : "";
  }
};

struct Objection {
  ObjectionKind kind = ObjectionKind::kNone;
  std::string applicant, grounds;
  absl::Time raise_time;
  std::optional<absl::Time> accept_time;
  bool accepted = false;
  std::optional<absl::Time> decide_time;
  bool upheld = false;
  std::string reasons;
  bool pending() const { return !decide_time && (!accept_time || accepted); }
};

struct Disposal {
  absl::Time start_time;
  int extension_days = 0;
  std::optional<absl::Time> finish_time;
  DisposalFinished result;
};

struct Sample {
  SampleId id;
  Planned planned;
  bool attested = false;
  absl::Time plan_time;
  Product product;
  std::optional<absl::Time> take_time;
  Taken taken;
  std::vector<Hop> custody;
  std::optional<absl::Time> delivery_time, reception_time;
  bool accepted = false;
  std::string reject_reason;
  std::optional<absl::Time> report_time;
  std::optional<LabReport> report;
  std::optional<absl::Time> notice_time;
  Notified notice;
  std::optional<absl::Time> control_time, posted_time;
  std::string control_report;
  std::vector<Party> parties;
  std::optional<Reinspection> reinspection;
  std::vector<Objection> objections;
  std::optional<Disposal> disposal;
  std::optional<absl::Time> final_time;
  Outcome outcome = Outcome::kNone;
  std::optional<absl::Time> publish_time, close_time;
  absl::Time last_time = absl::InfinitePast();  // of the latest act
  std::vector<DatedAct> acts;

  int version() const { return static_cast<int>(acts.size()); }
};

State StateOf(const Sample& sample);
// Takes `act` as done; whether it may be done is rules.h's question.
void Apply(Sample& sample, DatedAct act);
// Folds the acts in their order.
Sample Fold(SampleId id, std::vector<DatedAct> acts);

// The failed items of the report that counts.
std::vector<TestItem> FailedItems(const Sample& sample);
// The gravest failed item's reason: a banned or illegal substance before a residue before a label.
FailureReason GravestReason(const std::vector<TestItem>& items);
bool IsParty(const Sample& sample, const std::string& operator_id);

}  // namespace shian::inspection::sampling
