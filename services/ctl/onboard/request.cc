#include "services/ctl/onboard/request.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace shian::ctl {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Request = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

void FreeExtensions(STACK_OF(X509_EXTENSION) * stack) {
  sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
}
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), Freed<FreeExtensions>>;

std::string TextOf(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

bool AddExtension(STACK_OF(X509_EXTENSION) * stack, int nid, const std::string& value) {
  Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  if (extension == nullptr) return false;
  if (sk_X509_EXTENSION_push(stack, extension.get()) <= 0) return false;
  extension.release();  // the stack's own now
  return true;
}

bool Fill(const std::string& system, EVP_PKEY* key, X509_REQ* request) {
  X509_NAME* name = X509_REQ_get_subject_name(request);
  const auto* text = reinterpret_cast<const unsigned char*>(system.c_str());
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) != 1) return false;
  const Extensions extensions(sk_X509_EXTENSION_new_null());
  return extensions != nullptr &&
         AddExtension(
             extensions.get(), NID_subject_alt_name,
             absl::StrCat("URI:urn:shian:system:", system, ",DNS:", system, ".shian.internal")) &&
         AddExtension(extensions.get(), NID_key_usage, "critical,digitalSignature") &&
         AddExtension(extensions.get(), NID_ext_key_usage, "serverAuth,clientAuth") &&
         X509_REQ_add_extensions(request, extensions.get()) == 1 &&
         X509_REQ_set_pubkey(request, key) == 1 && X509_REQ_sign(request, key, EVP_sha256()) > 0;
}

}  // namespace

absl::StatusOr<CertificateRequest> MakeRequest(const std::string& system) {
  const Key key(EVP_EC_gen("P-256"));
  const Request request(X509_REQ_new());
  const Memory key_text(BIO_new(BIO_s_mem())), request_text(BIO_new(BIO_s_mem()));
  const bool made = key != nullptr && request != nullptr && key_text != nullptr &&
                    request_text != nullptr && Fill(system, key.get(), request.get()) &&
                    PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0,
                                                  nullptr, nullptr) == 1 &&
                    PEM_write_bio_X509_REQ(request_text.get(), request.get()) == 1;
  if (!made) return absl::InternalError("OpenSSL made no request");
  return CertificateRequest{TextOf(key_text.get()), TextOf(request_text.get())};
}

}  // namespace shian::ctl
