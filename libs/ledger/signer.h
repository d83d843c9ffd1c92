#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ledger {

// Signs checkpoints with one Ed25519 key. Each log signs under its own name,
// "<origin>/<log>/<epoch>", so that a signature for one log means nothing for another.
class Signer {
 public:
  // A private key in PEM (PKCS #8); anything else is refused.
  static absl::StatusOr<std::unique_ptr<Signer>> FromPemFile(const std::string& path);
  static absl::StatusOr<std::unique_ptr<Signer>> FromPem(absl::string_view pem);
  // A new key, for tests and for making a development one.
  static std::unique_ptr<Signer> Generate();
  ~Signer();

  // The note: body, empty line, "— name base64(keyid || signature)". Deterministic.
  std::string SignNote(absl::string_view name, absl::string_view body) const;
  // What verifiers pin: "name+keyid+base64(0x01 || public key)".
  std::string VerifierKey(absl::string_view name) const;
  std::string PrivatePem() const;

 private:
  struct Key;
  explicit Signer(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
};

// The name and algorithm byte under which a signature line is recognised: first four bytes of
// SHA-256(name || "\n" || 0x01 || public key).
std::string KeyId(absl::string_view name, absl::string_view public_key);

}  // namespace shian::ledger
