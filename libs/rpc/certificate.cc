#include "libs/rpc/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <utility>

#include "libs/config/config.h"
#include "libs/rpc/limits.h"
#include "libs/telemetry/metrics.h"

namespace shian::rpc {

absl::StatusOr<absl::Time> CertificateEnd(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
  std::tm end = {};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return absl::InvalidArgumentError("not a PEM certificate");
  }
  return absl::FromTM(end, absl::UTCTimeZone());
}

void AddCertificateMetrics(telemetry::Telemetry& telemetry, const config::Tls& tls) {
  for (const auto& [file, path] :
       {std::pair{"ca", tls.ca}, std::pair{"certificate", tls.certificate}}) {
    const auto pem = config::ReadFile(path, limits::kPemBytesMax);
    const absl::StatusOr<absl::Time> end = pem.ok() ? CertificateEnd(*pem) : pem.status();
    telemetry.AddGauge("shian_certificate_expiry_timestamp_seconds",
                       "When the certificate in use ends.", {{"file", file}},
                       [at = absl::ToUnixSeconds(end.value_or(absl::UnixEpoch()))] {
                         return static_cast<double>(at);
                       });
  }
}

}  // namespace shian::rpc
