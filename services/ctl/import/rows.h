#ifndef SHIAN_SERVICES_CTL_IMPORT_ROWS_H_
#define SHIAN_SERVICES_CTL_IMPORT_ROWS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ctl/import/mapping.h"
#include "services/ctl/text/csv.h"

namespace shian::ctl {

// A row that never left this machine because its shape is wrong.
struct LocalRefusal {
  int64_t line;
  std::string field, rule, message;
};

struct MappedRows {
  std::vector<std::unique_ptr<google::protobuf::Message>> rows;
  std::vector<LocalRefusal> refused;
  int64_t passed_over = 0;  // later rows of a `distinct` value
};

// Turns a table into row messages of `prototype`'s type. Refused as a whole: a table that lacks a
// column which the mapping names.
absl::StatusOr<MappedRows> MapRows(const CsvTable& table, const Mapping& mapping,
                                   const google::protobuf::Message& prototype);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_ROWS_H_
