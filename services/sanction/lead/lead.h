// A lead (案件线索): something found elsewhere that calls for a decision whether to file a case.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

using LeadId = Id<struct LeadTag>;
using CaseId = Id<struct CaseTag>;

// The clock for the decision to file (立案期限), by the key of the deadline table.
inline constexpr char kFilingClock[] = "penalty.filing";

// The numbers are stored and never change; they are those of the API.
enum class LeadAct { kExtended = 1, kDeclined = 2 };

struct LeadEvent {
  LeadAct act = LeadAct::kExtended;
  absl::Time time;
  Actor actor;
  std::string text;
  std::string chain_revision;
};

struct Lead {
  OperatorId op;
  LeadId id;
  std::string region;
  std::string evidence;  // resource name in the service that found it
  std::string summary;
  absl::Time found;
  absl::Time recorded;
  std::string cause;  // id of the change that raised it
  StartedClock started;
  CaseId taken_up;  // empty while it is open, and when it was declined
  absl::Time ended = absl::InfiniteFuture();
  std::vector<LeadEvent> events;
  std::optional<Clock> clock;

  std::string name() const { return "operators/" + op.value() + "/leads/" + id.value(); }
  bool open() const { return ended == absl::InfiniteFuture(); }
  bool declined() const { return !open() && taken_up.empty(); }
  // How often the check was prolonged.
  int extensions() const;
};

// As it was at `as_of`, by what was recorded by `known_at`: open again when it ended later. Absent
// when it was not known yet.
std::optional<Lead> AsOf(Lead lead, absl::Time as_of, absl::Time known_at);

// Whether `act` may be taken. The lead's clock is filled.
absl::Status CheckAct(const Lead& lead, LeadAct act, absl::Time now);

}  // namespace shian::sanction
