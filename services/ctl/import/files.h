#ifndef SHIAN_SERVICES_CTL_IMPORT_FILES_H_
#define SHIAN_SERVICES_CTL_IMPORT_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace shian::ctl {

// A folder stands for the files in it, in the order of their names; a file for itself. A folder
// that holds none or cannot be read to its end is an error that names it.
absl::StatusOr<std::vector<std::string>> Files(const std::vector<std::string>& given);

// The same, with folders searched to their depth for EPCIS documents: .json, .jsonld and .xml.
absl::StatusOr<std::vector<std::string>> DocumentFiles(const std::vector<std::string>& given);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_FILES_H_
