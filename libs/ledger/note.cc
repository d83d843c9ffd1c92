// The signed note half of verify.h.
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/ed25519.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/signer.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

constexpr absl::string_view kSignatureMark = "— ";

absl::Status Malformed(absl::string_view why) { return absl::InvalidArgumentError(why); }

struct VerifierKeyParts {
  std::string name;
  std::string id;
  std::string public_key;
};

absl::StatusOr<VerifierKeyParts> ParseVerifierKey(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3) return Malformed("a verifier key is name+keyid+base64");
  VerifierKeyParts key;
  key.name = parts[0];
  ASSIGN_OR_RETURN(key.id, HexDecode(parts[1]));
  ASSIGN_OR_RETURN(const std::string typed, Base64Decode(parts[2]));
  if (typed.size() != kEd25519KeyBytes + 1 || typed[0] != kEd25519Algorithm) {
    return Malformed("the verifier key is of another algorithm than Ed25519");
  }
  key.public_key = typed.substr(1);
  if (key.id != KeyId(key.name, key.public_key)) return Malformed("the key id is not the key's");
  return key;
}

struct NoteParts {
  absl::string_view body;  // with its last line feed
  std::vector<absl::string_view> signatures;
};

absl::StatusOr<NoteParts> SplitNote(absl::string_view note) {
  if (note.size() > limits::kNoteBytesMax) return Malformed("the note is too long");
  const size_t gap = note.rfind("\n\n");
  if (gap == absl::string_view::npos || !absl::EndsWith(note, "\n")) {
    return Malformed("not a signed note");
  }
  NoteParts parts;
  parts.body = note.substr(0, gap + 1);
  absl::string_view rest = note.substr(gap + 2);
  rest.remove_suffix(rest.empty() ? 0 : 1);
  parts.signatures = absl::StrSplit(rest, '\n');
  return parts;
}

absl::StatusOr<Checkpoint> ParseBody(absl::string_view body) {
  const std::vector<absl::string_view> lines = absl::StrSplit(body, '\n');
  Checkpoint checkpoint;
  if (lines.size() < 4 || lines[0].empty()) return Malformed("not a checkpoint");
  checkpoint.origin = std::string(lines[0]);
  const bool number = absl::SimpleAtoi(lines[1], &checkpoint.size) && checkpoint.size >= 0;
  // One size has one form: no sign, no leading zero.
  if (!number || absl::StrCat(checkpoint.size) != lines[1]) return Malformed("no tree size");
  ASSIGN_OR_RETURN(checkpoint.root, Base64Decode(lines[2]));
  if (checkpoint.root.size() != kSha256Bytes) return Malformed("the root has not 32 bytes");
  return checkpoint;
}

// Whether the line is this key's good signature. Lines of other keys are nobody's business here.
bool SignsBody(absl::string_view line, const VerifierKeyParts& key, absl::string_view body) {
  if (!absl::ConsumePrefix(&line, kSignatureMark)) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 2 || parts[0] != key.name) return false;
  const absl::StatusOr<std::string> signature = Base64Decode(parts[1]);
  return signature.ok() && absl::StartsWith(*signature, key.id) &&
         IsSignature(key.public_key, body, absl::string_view(*signature).substr(key.id.size()));
}

}  // namespace

std::string CheckpointBody(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n", Base64Encode(checkpoint.root),
                      "\n");
}

absl::StatusOr<Checkpoint> VerifyNote(absl::string_view note, absl::string_view verifier_key) {
  ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(verifier_key));
  ASSIGN_OR_RETURN(const NoteParts parts, SplitNote(note));
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseBody(parts.body));
  // A key signs under its log's own name, so the note of another log is not taken for this one's.
  if (checkpoint.origin != key.name) return Malformed("the checkpoint is of another log");
  for (const absl::string_view line : parts.signatures) {
    if (SignsBody(line, key, parts.body)) return checkpoint;
  }
  return absl::DataLossError("the checkpoint is not signed by the expected key");
}

absl::StatusOr<Checkpoint> ReadNoteUnverified(absl::string_view note) {
  ASSIGN_OR_RETURN(const NoteParts parts, SplitNote(note));
  return ParseBody(parts.body);
}

}  // namespace shian::ledger
