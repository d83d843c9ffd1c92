// The work that makes snapshots, as often as policy says.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/rpc/edge.h"
#include "services/sanction/snapshot/snapshot.h"

namespace shian::sanction {

class SnapshotMaking {
 public:
  explicit SnapshotMaking(rpc::Edge& edge) : edge_(edge) {}

  // Makes one when it is due. What a stop left behind is made use of.
  absl::Status Run(absl::Time now);

 private:
  struct Plan;
  absl::Status Look(store::ReadTx& tx, absl::Time now, Plan* plan) const;
  // Whether others may use the list: its basis must allow it.
  absl::StatusOr<bool> IsJoint(store::ReadTx& tx, const std::string& list, absl::Time now) const;
  absl::Status Collect(store::ReadTx& tx, absl::Time now, Plan* plan) const;
  absl::Status Take(store::ReadTx& tx, const OperatorId& op, absl::Time now, Plan* plan) const;
  absl::Status Write(absl::Time now, store::WriteFn fn) const;
  absl::Status WriteItems(absl::Time now, const Plan& plan) const;

  rpc::Edge& edge_;
};

}  // namespace shian::sanction
