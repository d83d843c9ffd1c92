#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/ledger/consumer.h"
#include "libs/store/store.h"
#include "services/credit/archive/evidence.h"

namespace shian::credit {

// Files one change of another service and gives the operators whose grade may follow from it. The
// rating module runs it and determines in the same transaction.
using Filing = std::function<absl::StatusOr<std::vector<OperatorId>>(
    store::WriteTx&, const ledger::ReceivedChange&)>;

// By peer ("inspection") and change type.
std::map<std::string, std::map<std::string, Filing>> Filings();

}  // namespace shian::credit
