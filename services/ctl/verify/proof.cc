#include "services/ctl/verify/proof.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/leaf.h"
#include "libs/rpc/convert.h"
#include "services/inspection/draw/verify.h"

namespace shian::ctl {
namespace {

namespace draw = inspection::draw;

std::vector<std::string> Hashes(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  return {hashes.begin(), hashes.end()};
}

absl::Status VerifyGrowth(const shian::ledger::v1::ProofBundle& bundle, const std::string& key,
                          const ledger::Checkpoint& later) {
  ASSIGN_OR_RETURN(const ledger::Checkpoint earlier,
                   ledger::VerifyNote(bundle.earlier_note(), key));
  if (earlier.origin != later.origin) {
    return absl::DataLossError("the checkpoints are of two logs");
  }
  return ledger::VerifyConsistency(earlier.size, later.size, Hashes(bundle.consistency_hashes()),
                                   earlier.root, later.root);
}

draw::Lock ToLock(const shian::inspection::v1::ProofBundle& bundle) {
  draw::Lock lock;
  lock.draw = bundle.draw();
  lock.title = bundle.title();
  lock.region = bundle.region();
  lock.lock_time_us = bundle.lock_time_us();
  lock.public_source = bundle.public_source();
  lock.public_time_us = bundle.public_time_us();
  lock.inspectors_per_operator = bundle.inspectors_per_operator();
  lock.inspector_capacity = bundle.inspector_capacity();
  lock.inspectors = Hashes(bundle.inspectors());
  for (const auto& stratum : bundle.strata()) {
    lock.strata.push_back({stratum.key(), stratum.take(), Hashes(stratum.ids())});
  }
  for (const auto& recusal : bundle.recusals()) {
    lock.recusals.push_back({recusal.operator_(), recusal.inspector()});
  }
  for (const auto& share : bundle.shares()) {
    lock.shares.push_back({share.department(), share.commitment(), share.secret()});
  }
  return lock;
}

}  // namespace

std::string LeafHashOf(const shian::ledger::v1::Leaf& leaf) {
  ledger::Leaf plain;
  plain.origin = leaf.origin();
  plain.log = rpc::FromProto(leaf.log()).value_or(ledger::Log::kFacts);
  plain.epoch = leaf.epoch();
  plain.type = leaf.type();
  plain.subject = leaf.subject();
  plain.region = leaf.region();
  plain.time = rpc::FromProto(leaf.time());
  plain.cause = leaf.cause();
  plain.commitment = leaf.commitment();
  return ledger::HashLeaf(ledger::LeafBytes(plain));
}

absl::StatusOr<ledger::Checkpoint> VerifyProof(const shian::ledger::v1::ProofBundle& bundle,
                                               const std::string& pinned_key) {
  const std::string key = pinned_key.empty() ? bundle.verifier_key() : pinned_key;
  ASSIGN_OR_RETURN(const ledger::Checkpoint checkpoint, ledger::VerifyNote(bundle.note(), key));
  const auto& entry = bundle.entry();
  if (entry.sequence() < 1) return absl::InvalidArgumentError("entries are numbered from 1");
  RETURN_IF_ERROR(ledger::VerifyInclusion(entry.sequence() - 1, checkpoint.size,
                                          LeafHashOf(entry.leaf()),
                                          Hashes(bundle.inclusion_hashes()), checkpoint.root));
  if (!entry.salt().empty()) {
    RETURN_IF_ERROR(
        ledger::VerifyCommitment(entry.leaf().commitment(), entry.salt(), entry.payload()));
  }
  if (!bundle.earlier_note().empty()) {
    RETURN_IF_ERROR(VerifyGrowth(bundle, key, checkpoint));
  }
  return checkpoint;
}

absl::Status VerifyDraw(const shian::inspection::v1::ProofBundle& proto) {
  draw::Bundle bundle;
  bundle.lock = ToLock(proto);
  for (const auto& stratum : proto.strata()) bundle.stratum_roots.push_back(stratum.frame_root());
  bundle.frame_root = proto.frame_root();
  bundle.lock_hash = proto.lock_hash();
  bundle.public_value = proto.public_value();
  bundle.seed = proto.seed();
  for (const auto& selection : proto.selections()) {
    bundle.selections.push_back({selection.operator_(), selection.stratum(), selection.rank(),
                                 Hashes(selection.inspectors())});
  }
  for (const auto& replacement : proto.replacements()) {
    bundle.replacements.push_back(replacement.operator_());
  }
  return draw::Verify(bundle);
}

}  // namespace shian::ctl
