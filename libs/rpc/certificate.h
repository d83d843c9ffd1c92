#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace shian::rpc {

// When the first certificate of a PEM text ends.
absl::StatusOr<absl::Time> CertificateEnd(const std::string& pem);

}  // namespace shian::rpc
