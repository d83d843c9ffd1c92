// From other services' facts to the archive, and from the archive to the API.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/credit/archive/evidence.h"
#include "shian/common/v1/date.pb.h"
#include "shian/credit/v1/archive.pb.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/inspection/v1/trace_alert_changes.pb.h"
#include "shian/registry/v1/changes.pb.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/trace/v1/balance.pb.h"
#include "shian/trace/v1/changes.pb.h"
#include "shian/trace/v1/cold_chain.pb.h"

namespace shian::credit {

google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& time);
common::v1::Date ToProto(Date date);
Date FromProto(const common::v1::Date& date);

// `as_of` in the answer's sense: whether evidence still weighs then.
v1::Evidence ToProto(const OperatorId& id, const Evidence& evidence, absl::Time as_of,
                     int64_t version);
std::string EvidenceName(const OperatorId& id, int64_t number);

Subject ToSubject(const registry::v1::Operator& op);

Evidence ToEvidence(const inspection::v1::SampleNotified& sample);
Evidence ToEvidence(const inspection::v1::SampleFinalised& sample);
Evidence ToEvidence(const inspection::v1::CheckRecorded& check);
Evidence ToEvidence(const sanction::v1::PenaltyDecided& penalty);
Evidence ToEvidence(const sanction::v1::ListingPublished& listing);
Evidence ToEvidence(const trace::v1::Recall& recall);
Evidence ToEvidence(const trace::v1::RecallBreached& breach);
// Alerts (追溯预警): shown, never counted. What told one that has no name yet is its source.
Evidence ToEvidence(const trace::v1::FoundExcursion& found);
Evidence ToEvidence(const trace::v1::FoundImbalance& found);
Evidence ToEvidence(const inspection::v1::TraceAlertSettled& settled);

// Who answers for a sample: the sampled unit and the parties behind it, without a seller that its
// due diligence spares (尽职免责). Each once.
std::vector<OperatorId> Answerable(
    const std::string& sampled_unit,
    const google::protobuf::RepeatedPtrField<inspection::v1::ResponsibleParty>& parties);
// Whether samples of this kind have legal effect; monitoring and estimates say nothing of a firm.
bool HasLegalEffect(inspection::v1::SampleKind kind);

absl::StatusOr<OperatorId> ToOperatorId(absl::string_view name, absl::string_view field);
// "operators/{operator}/<part>" in `field`.
absl::StatusOr<OperatorId> ToOperatorIdOf(absl::string_view name, absl::string_view part,
                                          absl::string_view field);
// An optional time of a request; `otherwise` when absent, refused when later than `now`.
absl::StatusOr<absl::Time> ToTime(bool present, const google::protobuf::Timestamp& time,
                                  absl::Time now, absl::string_view field);

}  // namespace shian::credit
