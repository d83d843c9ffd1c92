// Things that are kept (先行登记保存) or seized (查封、扣押) while a case is inquired into.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// The act that ended what the act `taken` took; null while it lasts.
const Event* EndOfCustody(const Case& c, const Event& taken);
// The acts whose things are still held.
std::vector<const Event*> HeldThings(const Case& c);
// By how many days a seizure was prolonged.
int ExtensionDays(const Case& c, const Event& taken);

// An act on things that were taken: that there are such things (CheckCustodyAct), and that those it
// names are among them and it says what the act must (CheckCustody).
absl::Status CheckCustodyAct(const Case& c, const Step& step);
absl::Status CheckCustody(const Case& c, const Custody& custody, const Step& step);

}  // namespace shian::sanction
