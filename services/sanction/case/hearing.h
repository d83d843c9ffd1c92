// The hearing before a penalty (听证): who asked, when and where it is, who presides.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// A hearing that was asked for on the last notice and has neither been held nor given up.
bool IsHearingPending(const Case& c);
// What the party was told last of the hearing it asked for; null before that.
const Event* HearingNotice(const Case& c);

// Whether an act of the hearing may follow now.
absl::Status CheckHearingAct(const Case& c, const Step& step);

// That the hearing which `event` tells of is after `clock`, the notice period that starts with it,
// and that nobody who inquired into the case presides.
absl::Status CheckHearingNotice(const Case& c, const Event& event, const Clock& clock,
                                const Step& step);

// That `person` presides, where the party was told who does.
absl::Status CheckPresider(const Case& c, const std::string& person, const Step& step);

// That it may end for this reason: nobody has stayed away from what was not to begin yet.
// A new notice does not take away a hearing that was asked for.
absl::Status CheckRenotice(const Case& c, const Notice& notice, const Step& step);
absl::Status CheckHearingEnd(const Case& c, const Hearing& hearing, const std::string& person,
                             const Step& step);

}  // namespace shian::sanction
