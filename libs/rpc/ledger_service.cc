#include "absl/strings/match.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/ledger.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/verify.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/services.h"
#include "shian/ledger/v1/ledger_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
using ledger::v1::GetCheckpointRequest;
using ledger::v1::GetCheckpointResponse;
using ledger::v1::GetConsistencyProofRequest;
using ledger::v1::GetConsistencyProofResponse;
using ledger::v1::GetInclusionProofRequest;
using ledger::v1::GetInclusionProofResponse;
using ledger::v1::ListLeavesRequest;
using ledger::v1::ListLeavesResponse;

absl::StatusOr<int> CountOf(const ListLeavesRequest& in) {
  errors::Violations wrong;
  if (in.page_size() < 0 || in.page_size() > limits::kPageSizeMax) {
    wrong.Add("page_size", {"must be 1 to 500, or 0 for 50", "应为1至500，0表示50"});
  }
  if (in.after_sequence() < 0) wrong.Add("after_sequence", {"must be 0 or more", "应不小于0"});
  if (!wrong.empty()) return wrong.ToStatus();
  return in.page_size() == 0 ? limits::kPageSizeDefault : in.page_size();
}

class LedgerService final : public ledger::v1::LedgerService::CallbackService {
 public:
  LedgerService(Edge& edge, const ledger::Ledger& ledger) : edge_(edge), ledger_(ledger) {}

  Reactor* ListLeaves(Context* context, const ListLeavesRequest* in,
                      ListLeavesResponse* out) override {
    return edge_.Read(
        context, in, out,
        [](const Call&, const auto& in, store::ReadTx& tx,
           ListLeavesResponse* out) -> absl::Status {
          ASSIGN_OR_RETURN(const int count, CountOf(in));
          ASSIGN_OR_RETURN(const auto leaves,
                           ledger::ReadLeaves(tx, in.after_sequence(), count, in.subject()));
          for (const ledger::Entry& entry : leaves) *out->add_entries() = ToProto(entry);
          out->set_last_sequence(leaves.empty() ? in.after_sequence() : leaves.back().sequence);
          return absl::OkStatus();
        });
  }

  Reactor* GetCheckpoint(Context* context, const GetCheckpointRequest* in,
                         GetCheckpointResponse* out) override {
    return edge_.Read(
        context, in, out,
        [this](const Call&, const auto& in, store::ReadTx& tx,
               GetCheckpointResponse* out) -> absl::Status {
          ASSIGN_OR_RETURN(const ledger::Log log, FromProto(in.log()));
          if (in.tree_size() < 0) {
            return errors::InvalidField("tree_size", {"must be 0 or more", "应不小于0"});
          }
          ASSIGN_OR_RETURN(*out->mutable_note(), ledger::ReadCheckpoint(tx, log, in.tree_size()));
          ASSIGN_OR_RETURN(const ledger::Checkpoint checkpoint,
                           ledger::ReadNoteUnverified(out->note()));
          out->set_verifier_key(ledger_.VerifierKey(checkpoint.origin));
          return absl::OkStatus();
        });
  }

  Reactor* GetInclusionProof(Context* context, const GetInclusionProofRequest* in,
                             GetInclusionProofResponse* out) override {
    return edge_.Read(context, in, out,
                      [](const Call&, const auto& in, store::ReadTx& tx,
                         GetInclusionProofResponse* out) -> absl::Status {
                        ASSIGN_OR_RETURN(const ledger::Log log, FromProto(in.log()));
                        ASSIGN_OR_RETURN(
                            const auto proof,
                            ledger::ProveInclusion(tx, log, in.leaf_index(), in.tree_size()));
                        out->set_leaf_hash(proof.leaf_hash);
                        for (const std::string& hash : proof.hashes) out->add_hashes(hash);
                        return absl::OkStatus();
                      });
  }

  Reactor* GetConsistencyProof(Context* context, const GetConsistencyProofRequest* in,
                               GetConsistencyProofResponse* out) override {
    return edge_.Read(context, in, out,
                      [](const Call&, const auto& in, store::ReadTx& tx,
                         GetConsistencyProofResponse* out) -> absl::Status {
                        ASSIGN_OR_RETURN(const ledger::Log log, FromProto(in.log()));
                        ASSIGN_OR_RETURN(
                            const auto proof,
                            ledger::ProveConsistency(tx, log, in.first_size(), in.second_size()));
                        for (const std::string& hash : proof.hashes) out->add_hashes(hash);
                        return absl::OkStatus();
                      });
  }

 private:
  Edge& edge_;
  const ledger::Ledger& ledger_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeLedgerService(Edge& edge, const ledger::Ledger& ledger) {
  return std::make_unique<LedgerService>(edge, ledger);
}

}  // namespace shian::rpc
