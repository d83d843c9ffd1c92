// The file of `shian verify proof`: JSON of a ledger's proof bundle. A proof that holds does so
// for one root, one leaf and one place only.
#include "services/ctl/verify/proof.h"

#include <google/protobuf/util/json_util.h>

#include "libs/ledger/signer.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using ledger::v1::ProofBundle;

const ledger::Signer& Key() {
  static const auto& key = *ledger::Signer::Generate().release();
  return key;
}

void CheckHolds(const ProofBundle& bundle) {
  if (!ctl::VerifyProof(bundle, "").ok()) return;
  ProofBundle other = bundle;
  other.mutable_entry()->mutable_leaf()->mutable_subject()->push_back('x');
  CHECK(!ctl::VerifyProof(other, "").ok());
  other = bundle;
  other.mutable_entry()->set_sequence(bundle.entry().sequence() + 1);
  CHECK(!ctl::VerifyProof(other, "").ok());
  other = bundle;
  other.add_inclusion_hashes(std::string(32, 'x'));
  CHECK(!ctl::VerifyProof(other, "").ok());
}

// A stranger may sign what he likes with a key of his own: the proof is read all the same.
std::string Signed(const std::string& note) {
  const auto checkpoint = ledger::ReadNoteUnverified(note);
  if (!checkpoint.ok()) return note;
  return Key().SignNote(checkpoint->origin, ledger::CheckpointBody(*checkpoint));
}

}  // namespace

FUZZ_TARGET(proof) {
  ProofBundle bundle;
  if (!google::protobuf::util::JsonStringToMessage(std::string(input), &bundle).ok()) return;
  const auto checkpoint = ledger::ReadNoteUnverified(bundle.note());
  if (checkpoint.ok()) bundle.set_verifier_key(Key().VerifierKey(checkpoint->origin));
  bundle.set_note(Signed(bundle.note()));
  bundle.set_earlier_note(Signed(bundle.earlier_note()));
  CheckHolds(bundle);
}

}  // namespace shian::fuzz
