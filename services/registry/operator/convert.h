// Between the registry's messages and its domain.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/registry/operator/operator.h"
#include "services/registry/operator/past.h"
#include "services/registry/operator/row.h"
#include "services/registry/operator/store.h"
#include "shian/common/v1/date.pb.h"
#include "shian/common/v1/import.pb.h"
#include "shian/common/v1/provenance.pb.h"
#include "shian/registry/v1/operator.pb.h"
#include "shian/registry/v1/operator_service.pb.h"

namespace shian::registry {

// For answers: names of persons in posts are masked.
v1::Operator ToProto(const Operator& op);
// For other services: names of persons are left out.
v1::Operator ToFact(const Operator& op);
v1::FrameUnit ToFrameUnit(const Operator& op);
common::v1::Provenance ToProto(const Provenance& provenance);
common::v1::Date ToProto(Date date);

RawRow ToRow(const v1::OperatorRow& row);

// The part that all imports of the registry share.
struct ImportHead {
  Provenance provenance;  // without source_id
  std::string region;
};
// Reads origin, authority, document_sha256, region and the number of rows of an import's chunk.
template <class Chunk>
absl::StatusOr<ImportHead> ToImportHead(const Chunk& chunk);

// "operators/{operator}" in `field`.
absl::StatusOr<OperatorId> ToOperatorId(absl::string_view name, absl::string_view field);
// Six digits in `field`.
absl::Status CheckRegion(absl::string_view region, absl::string_view field,
                         errors::Violations* wrong);
// The fields as_of and known_at, which every read of the registry has.
template <class In>
Past ToPast(const In& in, errors::Violations* wrong);
template <class In>
absl::StatusOr<Past> ToPast(const In& in);
absl::StatusOr<OperatorQuery> ToQuery(const v1::ListOperatorsRequest& in);
absl::StatusOr<OperatorQuery> ToQuery(const v1::ListFrameRequest& in);
absl::StatusOr<ErasureOrder> ToErasureOrder(const v1::ErasureOrder& in, Date today);

// The verdict on one row.
common::v1::RowVerdict ToVerdict(int64_t line, common::v1::RowOutcome outcome, std::string name);
common::v1::RowVerdict ToVerdict(int64_t line, const std::vector<RowViolation>& violations);

// ---- implementation ----------------------------------------------------------------------------

absl::StatusOr<ImportHead> ImportHeadOf(absl::string_view origin, absl::string_view authority,
                                        absl::string_view document_sha256, absl::string_view region,
                                        int rows);

// Infinite when it is absent.
absl::Time PastTime(bool present, const google::protobuf::Timestamp& time, absl::string_view field,
                    errors::Violations* wrong);

template <class In>
Past ToPast(const In& in, errors::Violations* wrong) {
  return {PastTime(in.has_as_of(), in.as_of(), "as_of", wrong),
          PastTime(in.has_known_at(), in.known_at(), "known_at", wrong)};
}

template <class In>
absl::StatusOr<Past> ToPast(const In& in) {
  errors::Violations wrong;
  const Past past = ToPast(in, &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return past;
}

template <class Chunk>
absl::StatusOr<ImportHead> ToImportHead(const Chunk& chunk) {
  return ImportHeadOf(chunk.origin(), chunk.authority(), chunk.document_sha256(), chunk.region(),
                      chunk.rows_size());
}

}  // namespace shian::registry
