#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace shian::config {
struct Tls;
}
namespace shian::telemetry {
class Telemetry;
}

namespace shian::rpc {

// When the first certificate of a PEM text ends.
absl::StatusOr<absl::Time> CertificateEnd(const std::string& pem);

// When those in use end, as gauges.
void AddCertificateMetrics(telemetry::Telemetry& telemetry, const config::Tls& tls);

}  // namespace shian::rpc
