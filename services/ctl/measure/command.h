#ifndef SHIAN_SERVICES_CTL_MEASURE_COMMAND_H_
#define SHIAN_SERVICES_CTL_MEASURE_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian measure catalogue|list|answer|reconcile`: joint measures and incentives
// (联合惩戒、守信激励), from the catalogue to the monthly reconciliation with the departments
// (月度对账).
void AddMeasure(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_MEASURE_COMMAND_H_
