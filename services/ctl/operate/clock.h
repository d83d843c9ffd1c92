#ifndef SHIAN_SERVICES_CTL_OPERATE_CLOCK_H_
#define SHIAN_SERVICES_CTL_OPERATE_CLOCK_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian clock get|advance`: the clocks of the services. Advancing moves all of them in the order
// of the ring and waits until each has followed its peers.
void AddClock(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_OPERATE_CLOCK_H_
