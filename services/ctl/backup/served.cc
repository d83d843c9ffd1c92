#include "services/ctl/backup/served.h"

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/verify.h"
#include "services/ctl/backup/receive.h"
#include "services/ctl/session/invoke.h"
#include "shian/ledger/v1/ledger_service.grpc.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::ledger::v1;

pb::Log LogOf(const std::string& log) {
  return log == "public" ? pb::LOG_PUBLIC : log == "audit" ? pb::LOG_AUDIT : pb::LOG_FACTS;
}

absl::Status CheckGrowth(Session& session, const std::string& service,
                         pb::LedgerService::Stub& stub, pb::Log log,
                         const ledger::Checkpoint& copied, const ledger::Checkpoint& served) {
  grpc::ClientContext context;
  PrepareCall(session, true, &context);
  pb::GetConsistencyProofRequest request;
  request.set_log(log);
  request.set_first_size(copied.size);
  request.set_second_size(served.size);
  pb::GetConsistencyProofResponse proof;
  const grpc::Status status = stub.GetConsistencyProof(&context, request, &proof);
  if (!status.ok()) return Refused(service, status);
  return ledger::VerifyConsistency(copied.size, served.size,
                                   {proof.hashes().begin(), proof.hashes().end()}, copied.root,
                                   served.root);
}

}  // namespace

absl::StatusOr<std::string> CheckServed(Session& session, const std::string& service,
                                        const JudgedLog& log) {
  if (log.record.note.empty()) return std::string();
  ASSIGN_OR_RETURN(const auto channel, session.ChannelTo(service));
  const auto stub = pb::LedgerService::NewStub(channel);
  grpc::ClientContext context;
  PrepareCall(session, true, &context);
  pb::GetCheckpointRequest request;
  request.set_log(LogOf(log.record.log));
  pb::GetCheckpointResponse answer;
  const grpc::Status status = stub->GetCheckpoint(&context, request, &answer);
  if (!status.ok()) return Refused(service, status);
  const std::string& key = answer.verifier_key();
  const auto copied = ledger::VerifyNote(log.record.note, key);
  const auto served = ledger::VerifyNote(answer.note(), key);
  absl::Status holds = copied.ok() ? served.status() : copied.status();
  if (holds.ok()) {
    holds = CheckGrowth(session, service, *stub, request.log(), *copied, *served);
  }
  if (holds.ok()) return key;
  if (ExitOf(holds) >= kExitRpcBase) return holds;
  return absl::DataLossError(absl::StrCat(service, ": log ", log.record.log,
                                          " of the copy is not the one served: ", holds.message()));
}

}  // namespace shian::ctl
