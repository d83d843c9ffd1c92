// Messages of visits to their domain and back.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/inspection/check/convert_frequency.h"
#include "services/inspection/check/visit.h"
#include "services/inspection/frame/convert.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/inspection/v1/check.pb.h"
#include "shian/inspection/v1/check_service.pb.h"
#include "shian/policy/v1/rating.pb.h"

namespace shian::inspection::check {

absl::StatusOr<Visit> ToVisit(const rpc::Call& call, const v1::Check& in);
// One imported row, without operator and region, which the frame knows.
Visit ToVisit(const v1::CheckRow& in, FieldReader& read);

struct VisitKey {
  std::string operator_id;
  int64_t number = 0;
};
// Of "<collection>/<operator>-<number>"; alerts are named like visits.
absl::StatusOr<VisitKey> ToKey(absl::string_view name, absl::string_view collection = "checks");
std::string NameOf(const Visit& visit);
// Sorts as the key does; where a page ended.
std::string CursorOf(const Visit& visit);
VisitKey FromCursor(const std::string& cursor);

void ToProto(const Visit& visit, v1::Check* out);
v1::CheckRecorded ToRecorded(const Visit& visit);
void ToProto(const Frequency& in, v1::VisitFrequency* out);
void ToProto(const FrequencyNow& in, const std::optional<Date>& last, v1::OperatorFrequency* out);

// What the rating policy sets for a grade; for UNRATED what it sets for operators without one.
std::optional<Frequency> FrequencyOf(const policy::v1::RatingPolicy& rating,
                                     policy::v1::RiskGrade grade);

// The same bytes for rows of the same content.
std::string ContentOf(const Visit& visit);

}  // namespace shian::inspection::check
