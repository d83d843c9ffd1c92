#include "services/trace/judgement/reactions.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "services/trace/judgement/store_refusal.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::trace {

ledger::Reactions WithRefusals(ledger::Reactions erasure) {
  constexpr char kErased[] = "shian.registry.operator.erased";
  erasure[kErased] = [before = std::move(erasure[kErased])](
                         store::WriteTx& tx, const ledger::ReceivedChange& change) -> absl::Status {
    if (before) RETURN_IF_ERROR(before(tx, change));
    registry::v1::OperatorErased payload;
    if (!payload.ParseFromString(change.payload)) {
      return absl::DataLossError("an operator's erasure does not decode: " + change.id);
    }
    return judgement::EraseRefusals(tx, payload.name());
  };
  return erasure;
}

}  // namespace shian::trace
