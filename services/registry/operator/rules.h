// What may become of a known operator: by the next import, and by an order of erasure.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "services/registry/operator/operator.h"
#include "services/registry/operator/row.h"

namespace shian::registry {

// The rule that keeps `said` from being the new content of `known`, if any: an erased operator does
// not come back, and nobody turns into somebody else.
std::optional<RowViolation> CheckSameOperator(const Operator& known, const Profile& said);

// The rule for a row whose code another record holds.
RowViolation CodeHeld(const Profile& said);

// 依法删除 is for persons: a firm's entry in the register is no personal information.
absl::Status CheckErasable(const Operator& op);
// What of a version may stay after an erasure.
Core WithoutContent(const Core& core);
// What is left of it.
Operator Erased(Operator op, ErasureOrder order, absl::Time now);

}  // namespace shian::registry
