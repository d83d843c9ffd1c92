#ifndef SHIAN_SERVICES_CTL_ONBOARD_DRAFT_H_
#define SHIAN_SERVICES_CTL_ONBOARD_DRAFT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ctl {

// A department to be.
struct Department {
  std::string system;              // "water-bureau"
  std::string title;               // 水务系统
  std::string organisation;        // "410902-water-bureau"
  std::string organisation_title;  // 澄沅县水务局
  std::string region;              // 6 digits
  std::string from;                // "YYYY-MM-DD"
};

// gRPC services that a department's system is let into.
extern const std::vector<std::string> kDepartmentServices;

// INVALID_ARGUMENT says what is wrong. Everything of it ends up between quotes of a policy file.
absl::Status CheckDepartment(const Department& department);

// The system table with the department's lines after its own, comments and all. ALREADY_EXISTS when
// the system has one.
absl::StatusOr<std::string> AddToTable(std::string table, const Department& department);

// The catalogue with the system among those that receive the measure. NOT_FOUND when it has no such
// measure.
absl::StatusOr<std::string> AddToMeasure(std::string catalogue, absl::string_view item,
                                         absl::string_view system);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_ONBOARD_DRAFT_H_
