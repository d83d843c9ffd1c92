#ifndef SHIAN_SERVICES_CTL_ONBOARD_REQUEST_H_
#define SHIAN_SERVICES_CTL_ONBOARD_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

namespace shian::ctl {

// A new key and the request for its certificate, both as PEM: P-256, with the names by which the
// suite knows a system (URI urn:shian:system:NAME, DNS NAME.shian.internal).
struct CertificateRequest {
  std::string key;
  std::string request;
};
absl::StatusOr<CertificateRequest> MakeRequest(const std::string& system);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_ONBOARD_REQUEST_H_
