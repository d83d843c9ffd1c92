// The gRPC services that every process of the suite serves, beside its own modules'. Their headers
// and generated code stay in their sources.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"

namespace shian::ledger {
class Ledger;
}

namespace shian::rpc {

class BackupMark;
class FeedGate;
struct TodoSource;

// shian.ledger.v1.LedgerService: leaves, checkpoints, proofs.
std::unique_ptr<grpc::Service> MakeLedgerService(Edge& edge, const ledger::Ledger& ledger);

// shian.ledger.v1.AuditService: the restricted log, for whom the system table names regions.
std::unique_ptr<grpc::Service> MakeAuditService(Edge& edge);

// shian.policy.v1.PolicyService: revisions and their two approvals.
std::unique_ptr<grpc::Service> MakePolicyService(Edge& edge);

// shian.common.v1.BlobService: evidence up and down.
std::unique_ptr<grpc::Service> MakeBlobService(Edge& edge);

// shian.common.v1.BackupService: copies of the store and of the evidence as it lies on the disk.
struct BackupParts {
  std::string store;  // path of the store; empty when it is a database
  std::string blobs;  // folder of the evidence
  FeedGate* gate = nullptr;
  BackupMark* mark = nullptr;
};
std::unique_ptr<grpc::Service> MakeBackupService(Edge& edge, BackupParts parts);

// shian.common.v1.TodoService: what is due, by the modules' sources, which are complete when the
// first call comes.
std::unique_ptr<grpc::Service> MakeTodoService(Edge& edge, const std::vector<TodoSource>& sources);

// How far a peer's facts have taken effect here.
struct FeedPosition {
  std::string peer;
  int64_t position = 0;
  int64_t head = 0;
  bool connected = false;
  std::string problem;
};

// shian.common.v1.ClockService. `advance` is absent on real time.
struct ClockParts {
  std::function<absl::Status(absl::Time)> advance;
  std::function<std::vector<FeedPosition>()> feeds;
};
std::unique_ptr<grpc::Service> MakeClockService(Edge& edge, ClockParts parts);

}  // namespace shian::rpc
