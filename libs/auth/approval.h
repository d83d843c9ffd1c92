// Approval chains (审批链): who may take which step, in which order, and who may not take both.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/officer.h"

namespace shian::policy::v1 {
class ApprovalChain;
}

namespace shian::auth {

struct ChainStep {
  std::string act;
  std::string person;
  absl::Time time;
};

// Whether `officer` may take `act` after the steps `done`. Refused with the act's article:
// STEP_UNKNOWN; STEP_NOT_ALLOWED (no post that the act wants, or not of the superior authority);
// STEPS_KEPT_APART (the same person took an act that this one is kept apart from);
// STEP_OUT_OF_ORDER (a required act is missing); STEP_ALREADY_DONE (the same person again where
// several must act). `region` is the region of the bureau that decides; an act of the superior
// needs it.
absl::Status CheckStep(const policy::v1::ApprovalChain& chain, absl::string_view act,
                       const Officer& officer, const std::vector<ChainStep>& done,
                       absl::string_view region = "");

}  // namespace shian::auth
