#include "services/inspection/check/convert_frequency.h"

#include <optional>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/store.h"

namespace shian::inspection::check {
namespace {

constexpr absl::string_view kRatingPolicy = "rating.food-risk";

// Operators that were never graded are visited as the rating policy in force says.
absl::StatusOr<DatedFrequency> DefaultFrequency(const policy::Policies& policies, store::ReadTx& tx,
                                                const std::string& operator_id, absl::Time as_of) {
  ASSIGN_OR_RETURN(const auto rating,
                   policies.InForce<policy::v1::RatingPolicy>(tx, kRatingPolicy, ToDate(as_of)));
  DatedFrequency found;
  found.operator_id = operator_id;
  found.since = as_of;
  found.grade = "UNRATED";
  found.frequency =
      FrequencyOf(rating.policy(), policy::v1::RISK_GRADE_UNRATED).value_or(Frequency());
  found.policy_revision = rating.revision;
  return found;
}

}  // namespace

absl::StatusOr<FrequencyNow> FrequencyAt(const policy::Policies& policies, store::ReadTx& tx,
                                         const std::string& operator_id, absl::Time as_of) {
  ASSIGN_OR_RETURN(std::optional<DatedFrequency> graded, FindFrequency(tx, operator_id, as_of));
  if (!graded) {
    ASSIGN_OR_RETURN(graded, DefaultFrequency(policies, tx, operator_id, as_of));
  }
  FrequencyNow now;
  now.graded = *std::move(graded);
  ASSIGN_OR_RETURN(now.flags, FlagsOf(tx, operator_id, as_of));
  now.frequency = Weighed(now.graded.frequency, now.flags);
  return now;
}

}  // namespace shian::inspection::check
