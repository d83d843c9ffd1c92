// How often an operator is to be visited at a time: by its grade, and by measures of sanction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/inspection/check/visit.h"

namespace shian::inspection::check {

struct FrequencyNow {
  DatedFrequency graded;  // of operators that were never graded: what policy sets for them
  std::vector<VisitFlag> flags;
  Frequency frequency;  // with the flags
};
absl::StatusOr<FrequencyNow> FrequencyAt(const policy::Policies& policies, store::ReadTx& tx,
                                         const std::string& operator_id, absl::Time as_of);

}  // namespace shian::inspection::check
