#include "services/credit/rating/run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"

namespace shian::credit {
namespace {

constexpr absl::string_view kCollection = "ratingRuns/";
constexpr size_t kRunIdBytes = 11;  // "410902-2025"
constexpr size_t kRegionBytes = 6;

}  // namespace

std::string RunName(absl::string_view id) { return absl::StrCat(kCollection, id); }

std::optional<std::string> RunIdOf(absl::string_view name) {
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  const absl::string_view id = name.substr(kCollection.size());
  if (id.size() != kRunIdBytes || id[kRegionBytes] != '-') return std::nullopt;
  for (size_t i = 0; i < id.size(); ++i) {
    if (i != kRegionBytes && !absl::ascii_isdigit(id[i])) return std::nullopt;
  }
  return std::string(id);
}

std::string RunId(absl::string_view region, int year) { return absl::StrCat(region, "-", year); }

Run NewRun(absl::string_view region, int year, const Rules& rules, Approver proposer) {
  Run run;
  run.id = RunId(region, year);
  run.version = 1;
  run.region = std::string(region);
  run.year = year;
  run.policy = rules.id;
  run.policy_revision = rules.revision;
  run.finish_by = Date(year, rules.finish_month, rules.finish_day);
  run.proposer = std::move(proposer);
  return run;
}

absl::Status CheckComputable(const Run& run) {
  if (run.state == RunState::kComputing || run.state == RunState::kProposed) {
    return absl::OkStatus();
  }
  return errors::Refuse(errors::Reason::kRatingRunClosed, {{"name", RunName(run.id)}});
}

absl::Status CheckApprovable(const Run& run) {
  if (run.state != RunState::kComputing) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kRatingRunNotProposed, {{"name", RunName(run.id)}});
}

}  // namespace shian::credit
