// The yearly determination of a division (年度评定): computed in batches, approved by another
// officer, then determined in batches.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "services/credit/rating/determine.h"
#include "services/credit/rating/rules.h"

namespace shian::credit {

enum class RunState { kUnknown = 0, kComputing = 1, kProposed = 2, kApproved = 3, kDone = 4 };

struct Run {
  std::string id;  // "410902-2025"
  int64_t version = 0;
  std::string region;
  int year = 0;
  RunState state = RunState::kComputing;
  std::string policy;
  std::string policy_revision;
  std::string position;  // the last operator looked at
  int64_t operators = 0;
  int64_t determined = 0;
  Date finish_by;
  Approver proposer;
  std::optional<Approver> approver;
};

// A proposal of a run.
struct Proposal {
  OperatorId id;
  Grade grade = Grade::kUnrated;
  int64_t archive_version = 0;
};

// "ratingRuns/{id}" and back.
std::string RunName(absl::string_view id);
std::optional<std::string> RunIdOf(absl::string_view name);
std::string RunId(absl::string_view region, int year);

// A run before anything was computed.
Run NewRun(absl::string_view region, int year, const Rules& rules, Approver proposer);

// RATING_RUN_CLOSED once it was approved.
absl::Status CheckComputable(const Run& run);
// RATING_RUN_NOT_PROPOSED while it is computed.
absl::Status CheckApprovable(const Run& run);

}  // namespace shian::credit
