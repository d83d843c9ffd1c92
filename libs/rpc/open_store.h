// The store of a service, on the engine that its settings name.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/config/config.h"
#include "libs/store/schema.h"
#include "libs/store/store.h"

namespace shian::rpc {

// "shian.sanction/410902".
std::string OriginOf(absl::string_view service, const config::Config& config);

// `schema` is the service's own; what every service has beside it is added.
absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(const config::Config& config,
                                                        store::Schema schema);

}  // namespace shian::rpc
