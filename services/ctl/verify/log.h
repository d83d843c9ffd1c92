#ifndef SHIAN_SERVICES_CTL_VERIFY_LOG_H_
#define SHIAN_SERVICES_CTL_VERIFY_LOG_H_

#include <cstdint>
#include <string>

#include "services/ctl/session/session.h"

namespace shian::ctl {

// What was found of one log.
struct LogFinding {
  std::string service, log;
  int64_t size = 0;
  int64_t proved = 0;        // public entries whose inclusion was proved
  int64_t erased = 0;        // of them without payload
  int64_t earlier_size = 0;  // of the checkpoint kept from the last time; 0: none
  std::string problem;       // empty: everything holds
};

struct VerifyOptions {
  std::string key;      // pinned verifier key; empty: trust on first use, then the kept one
  std::string state;    // folder of the checkpoints seen before
  std::string subject;  // only entries about this resource
};

// Fetches the log's checkpoint, proves it consistent with the one seen last time, and for the
// public log proves every entry included. The new checkpoint is kept only when all of it holds.
LogFinding VerifyLog(Session& session, const std::string& service, const std::string& log,
                     const VerifyOptions& options);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_LOG_H_
