#include "libs/blob/seal.h"

#include <openssl/evp.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/blob/limits.h"

namespace shian::blob {
namespace {

constexpr absl::string_view kMagic = "SHIANBL1";
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kSaltBytes = 32;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* In(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Out(std::string* bytes) { return reinterpret_cast<unsigned char*>(bytes->data()); }

void AppendBigEndian(std::string* out, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out->push_back(static_cast<char>(value >> (8 * i)));
}

std::string Nonce(uint64_t number, bool last) {
  std::string nonce;
  AppendBigEndian(&nonce, number, 8);
  AppendBigEndian(&nonce, last ? 1 : 0, 4);
  return nonce;
}

std::string KeyId(absl::string_view master_key) {
  return HmacSha256(master_key, "key id").substr(0, kKeyIdBytes);
}

}  // namespace

std::string NewHeader(absl::string_view master_key) {
  return absl::StrCat(kMagic, KeyId(master_key), RandomBytes(kSaltBytes));
}

absl::StatusOr<std::string> FileKey(absl::string_view master_key, absl::string_view header) {
  if (header.size() != kHeaderBytes || !absl::StartsWith(header, kMagic)) {
    return absl::DataLossError("not a blob");
  }
  if (header.substr(kMagic.size(), kKeyIdBytes) != KeyId(master_key)) {
    return absl::FailedPreconditionError("the blob was sealed with another key");
  }
  return HmacSha256(master_key, absl::StrCat("file key", header.substr(kHeaderBytes - kSaltBytes)));
}

std::string SealPiece(absl::string_view file_key, uint64_t number, bool last,
                      absl::string_view plain) {
  const ContextPtr context(EVP_CIPHER_CTX_new());
  const std::string nonce = Nonce(number, last);
  std::string sealed(plain.size() + kTagBytes, '\0');
  int size = 0;
  const bool ok =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, In(file_key), In(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), Out(&sealed), &size, In(plain),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), Out(&sealed) + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          Out(&sealed) + plain.size()) == 1;
  SHIAN_CHECK(ok) << "AES-256-GCM failed";
  return sealed;
}

absl::StatusOr<std::string> OpenPiece(absl::string_view file_key, uint64_t number, bool last,
                                      absl::string_view sealed) {
  if (sealed.size() < kTagBytes) return absl::DataLossError("a piece is too short");
  const absl::string_view body = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(body.size()));
  const ContextPtr context(EVP_CIPHER_CTX_new());
  const std::string nonce = Nonce(number, last);
  std::string plain(body.size(), '\0');
  int size = 0;
  const bool ok =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, In(file_key), In(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), Out(&plain), &size, In(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Out(&tag)) == 1 &&
      EVP_DecryptFinal_ex(context.get(), Out(&plain) + size, &size) == 1;
  if (!ok) return absl::DataLossError("a piece is not what was sealed");
  return plain;
}

int64_t PlainSize(int64_t file_bytes) {
  constexpr int64_t kSealedBytes = limits::kPieceBytes + kTagBytes;
  const int64_t body = file_bytes - static_cast<int64_t>(kHeaderBytes);
  const int64_t pieces = body <= 0 ? 1 : (body + kSealedBytes - 1) / kSealedBytes;
  return body - pieces * static_cast<int64_t>(kTagBytes);
}

}  // namespace shian::blob
