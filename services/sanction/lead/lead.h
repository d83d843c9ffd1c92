// A lead (案件线索): something found elsewhere that calls for a decision whether to file a case.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

using LeadId = Id<struct LeadTag>;
using CaseId = Id<struct CaseTag>;

// The clock for the decision to file (立案期限), by the key of the deadline table.
inline constexpr char kFilingClock[] = "penalty.filing";

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
  CaseId taken_up;  // empty while it is open
  absl::Time taken_up_at = absl::InfiniteFuture();
  std::optional<Clock> clock;

  std::string name() const { return "operators/" + op.value() + "/leads/" + id.value(); }
  bool open() const { return taken_up.empty(); }
};

// As it was at `as_of`, by what was recorded by `known_at`: open again when it was taken up later.
// Absent when it was not known yet.
std::optional<Lead> AsOf(Lead lead, absl::Time as_of, absl::Time known_at);

}  // namespace shian::sanction
