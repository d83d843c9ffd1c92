// The rows of an operator's tables and what they say.
#pragma once

#include <vector>

#include "libs/store/value.h"
#include "services/registry/operator/operator.h"

namespace shian::registry {

// Of `operator` and of `operator_version`, which have the same columns.
std::vector<store::Value> CoreValues(const Operator& op);
Operator CoreOf(const store::Row& row);

// Of `operator_payload`; a row of `operator_version_payload` has the version after the operator.
std::vector<store::Value> PayloadValues(const Operator& op);
Payload PayloadOf(const store::Row& row, int key_columns);

std::vector<store::Value> RestrictionValues(const OperatorId& id, const Restriction& restriction);
Restriction RestrictionOf(const store::Row& row);

ErasureOrder ErasureOf(const store::Row& row);

}  // namespace shian::registry
