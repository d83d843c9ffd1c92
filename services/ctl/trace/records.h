// `shian trace ID --records FILE`: the records of a chain as one file.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/ctl/session/session.h"
#include "shian/trace/v1/lineage_service.pb.h"

namespace shian::ctl {

// The form that a file's name asks for: .csv, or .json and .jsonld.
absl::StatusOr<trace::v1::ExportFormat> FormatOf(const std::string& path);

// Writes what trace exports to `path`, which is replaced when all of it came, and says on stderr
// what it is. Gives the exit code: 1 when something is left out of the file, by a budget or as a
// lot that was never captured.
int WriteRecords(Session& session, const trace::v1::ExportRecordsRequest& request,
                 const std::string& path);

}  // namespace shian::ctl
