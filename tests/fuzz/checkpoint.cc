// Signed checkpoints. The input is read as a whole note, and as a body that our own key signs: a
// signature holds for exactly the bytes that were signed.
#include "libs/ledger/signer.h"
#include "libs/ledger/verify.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

const ledger::Signer& Key() {
  static const auto& key = *ledger::Signer::Generate().release();
  return key;
}

void CheckNote(absl::string_view note) {
  const auto checkpoint = ledger::ReadNoteUnverified(note);
  if (!checkpoint.ok()) return;
  const auto again =
      ledger::ReadNoteUnverified(ledger::CheckpointBody(*checkpoint) + "\nno signature\n");
  CHECK_OK(again);
  CHECK(again->origin == checkpoint->origin && again->root == checkpoint->root);
  CHECK_EQ(again->size, checkpoint->size);
  CHECK(!ledger::VerifyNote(note, Key().VerifierKey(checkpoint->origin)).ok());
}

void CheckSigned(absl::string_view input) {
  const std::string name(input.substr(0, input.find('\n')));
  const std::string body = std::string(input) + "\n";
  std::string note = Key().SignNote(name, body);
  const auto read = ledger::ReadNoteUnverified(note);
  const auto verified = ledger::VerifyNote(note, Key().VerifierKey(name));
  if (!read.ok()) CHECK(!verified.ok());
  if (!verified.ok()) return;
  CHECK(verified->root == read->root);
  CHECK_EQ(verified->size, read->size);
  note[input.size() / 2] ^= 1;
  CHECK(!ledger::VerifyNote(note, Key().VerifierKey(name)).ok());
}

}  // namespace

FUZZ_TARGET(checkpoint) {
  CheckNote(input);
  CheckSigned(input);
  // As the key of a verifier, too.
  CHECK(!ledger::VerifyNote("a\n1\nb\n\nc\n", input).ok());
}

}  // namespace shian::fuzz
