#ifndef SHIAN_SERVICES_CTL_IMPORT_RECORDS_H_
#define SHIAN_SERVICES_CTL_IMPORT_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ctl/import/events.h"
#include "services/ctl/import/record_map.h"
#include "services/ctl/import/rows.h"
#include "services/ctl/text/csv.h"

namespace shian::ctl {

struct MadeEvents {
  EventFile file;
  std::vector<LocalRefusal> refused;
};
// Each row of the table as one event. Refused as a whole: a table that lacks a required column.
absl::StatusOr<MadeEvents> MakeEvents(const CsvTable& table, const RecordMap& map);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_RECORDS_H_
