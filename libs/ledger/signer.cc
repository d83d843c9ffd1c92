#include "libs/ledger/signer.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/ledger/ed25519.h"

namespace shian::ledger {
namespace {

constexpr size_t kKeyIdBytes = 4;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

std::string TypedKey(absl::string_view public_key) {
  return absl::StrCat(std::string(1, kEd25519Algorithm), public_key);
}

}  // namespace

struct Signer::Key {
  KeyPtr key;
  std::string public_key;
};

std::string KeyId(absl::string_view name, absl::string_view public_key) {
  return Sha256(absl::StrCat(name, "\n", TypedKey(public_key))).substr(0, kKeyIdBytes);
}

Signer::Signer(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Signer::~Signer() = default;

absl::StatusOr<std::unique_ptr<Signer>> Signer::FromPemFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read the signing key ", path));
  const std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  absl::StatusOr<std::unique_ptr<Signer>> signer = FromPem(pem);
  if (signer.ok()) return signer;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", signer.status().message()));
}

absl::StatusOr<std::unique_ptr<Signer>> Signer::FromPem(absl::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) {
    return absl::InvalidArgumentError("not an Ed25519 private key in PEM");
  }
  std::string public_key = PublicKeyOf(key.get());
  return std::unique_ptr<Signer>(
      new Signer(std::make_unique<Key>(Key{std::move(key), std::move(public_key)})));
}

std::unique_ptr<Signer> Signer::Generate() {
  KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  SHIAN_CHECK(key != nullptr) << "no Ed25519 key could be made";
  std::string public_key = PublicKeyOf(key.get());
  return std::unique_ptr<Signer>(
      new Signer(std::make_unique<Key>(Key{std::move(key), std::move(public_key)})));
}

std::string Signer::SignNote(absl::string_view name, absl::string_view body) const {
  const std::string signature =
      absl::StrCat(KeyId(name, key_->public_key), Sign(key_->key.get(), body));
  return absl::StrCat(body, "\n— ", name, " ", Base64Encode(signature), "\n");
}

std::string Signer::VerifierKey(absl::string_view name) const {
  return absl::StrCat(name, "+", HexEncode(KeyId(name, key_->public_key)), "+",
                      Base64Encode(TypedKey(key_->public_key)));
}

std::string Signer::PrivatePem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  const int ok = PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->key.get(), nullptr, nullptr, 0,
                                               nullptr, nullptr);
  SHIAN_CHECK(ok == 1) << "the key could not be written";
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, size);
}

}  // namespace shian::ledger
