#ifndef SHIAN_SERVICES_CTL_IMPORT_EVENTS_H_
#define SHIAN_SERVICES_CTL_IMPORT_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/ctl/import/report.h"
#include "services/ctl/import/run.h"
#include "services/ctl/session/session.h"
#include "services/trace/capture/document.h"

namespace shian::ctl {

// The events of one file, whatever they were in it.
struct EventFile {
  std::string name, sha256;
  trace::CutDocument cut;
  std::vector<int64_t> lines;  // where each event came from; empty: their order

  int64_t LineOf(size_t at) const {
    return lines.empty() ? static_cast<int64_t>(at) + 1 : lines[at];
  }
};

// Sends them in chunks; the report gets a verdict for each.
absl::Status SendEvents(Session& session, const EventFile& file, const ImportOptions& options,
                        ImportReport* report, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_EVENTS_H_
