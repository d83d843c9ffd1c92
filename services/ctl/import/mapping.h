#ifndef SHIAN_SERVICES_CTL_IMPORT_MAPPING_H_
#define SHIAN_SERVICES_CTL_IMPORT_MAPPING_H_

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ctl {

// Which column fills which field of the import's row message.
struct ColumnRule {
  std::string column;
  std::string field;  // dotted path in the row message, such as "counts.key_failed"
  // Words of the file and what stands for them; other words are passed on as they are.
  std::map<std::string, std::string> values;
  std::string otherwise;    // stands for every other word, when set
  std::string date_format;  // "%m/%d/%Y" and the like; empty: 2025-03-01
  bool sum = false;         // adds a number to what other columns gave the field
};

// A mapping file (deploy/maps/*.json): how a foreign table becomes an import.
struct Mapping {
  std::string method;  // the bidirectional import RPC
  std::string origin, authority, region;
  std::vector<ColumnRule> columns;
  std::map<std::string, std::string> constants;
  std::string distinct;  // only the first row of each value of this column
  // Under which origin the registry knows the operators that rows name by their source id.
  std::string operator_origin;
};

// Refused with the file and the key that is wrong.
absl::StatusOr<Mapping> LoadMapping(const std::string& path);

// Sets one field of `row` from text, by the field's type: text, whole number, yes or no, Date,
// enum (its name, or the name without prefix), lists separated by | ; or 、. Empty text sets
// nothing.
absl::Status SetField(const std::string& path, absl::string_view text, bool sum,
                      google::protobuf::Message* row);

// The rule's view of a cell: its word replaced, its date brought to the usual form.
absl::StatusOr<std::string> CellText(const ColumnRule& rule, absl::string_view cell);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_MAPPING_H_
