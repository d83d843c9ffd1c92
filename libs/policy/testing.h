#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::policy {

// Seeds every file of `folder` and has two officers of the test approve all of it at `now`; a bad
// file is an error. `folder` empty: deploy/policies of the source tree (SHIAN_SOURCE).
absl::Status ActivateFolder(store::Store& store, absl::Time now, std::string folder = "");

}  // namespace shian::policy
