// What every engine's migration shares: the steps, the record of those that were applied, and the
// checks on it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/schema.h"
#include "libs/store/store.h"

namespace shian::store {

// The table of what was applied. It exists before any step, so it is no step itself.
inline constexpr char kStepsTable[] =
    "CREATE TABLE IF NOT EXISTS schema_step (component TEXT NOT NULL, number INT64 NOT NULL, "
    "name TEXT NOT NULL, text_sha256 BYTES NOT NULL, PRIMARY KEY (component, number));";

using StepId = std::pair<std::string, int64_t>;      // component, number
using AppliedSteps = std::map<StepId, std::string>;  // to the digest of its text

// The common tables first, then the service's own.
std::vector<Migration> AllSteps(const Schema& schema);
// "sanction/0001_initial".
std::string StepName(const Migration& step);

absl::StatusOr<AppliedSteps> ReadApplied(Session& session);
// FAILED_PRECONDITION for a step that this program does not know, or knows with another text.
absl::Status CheckApplied(const std::vector<Migration>& steps, AppliedSteps applied);
// True when the step was not recorded before.
absl::StatusOr<bool> RecordStep(Session& session, const Migration& step);

// Writes whose store this is, or FAILED_PRECONDITION when it is somebody else's already.
absl::Status Identify(Session& session, const std::string& origin);
absl::Status CheckOrigin(Session& session, const std::string& origin);

}  // namespace shian::store
