// Messages of sampling to its domain and back.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/inspection/frame/convert.h"
#include "services/inspection/sampling/rules.h"
#include "services/inspection/sampling/store.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/inspection/v1/reinspection_acts.pb.h"
#include "shian/inspection/v1/sample.pb.h"
#include "shian/inspection/v1/sampling_acts.pb.h"
#include "shian/inspection/v1/sampling_records.pb.h"
#include "shian/inspection/v1/sampling_service.pb.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/sampling.pb.h"

namespace shian::inspection::sampling {

// Requests to acts; all wrong fields are told at once. A re-inspection's report reads like the
// first one, an objection's parts by their messages.
absl::StatusOr<Act> ToAct(const v1::PlanSampleRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordTakingRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordDeliveryRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordReceptionRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordReportRequest& in);
absl::StatusOr<Act> ToAct(const v1::NotifyResultRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordDueDiligenceRequest& in);
absl::StatusOr<Act> ToAct(const v1::ReportRiskControlRequest& in);
absl::StatusOr<Act> ToAct(const v1::RequestReinspectionRequest& in);
absl::StatusOr<Act> ToAct(const v1::DecideReinspectionRequest& in);
absl::StatusOr<Act> ToAct(const v1::DeclineLaboratoryRequest& in);
absl::StatusOr<Act> ToAct(const v1::HandOverBackupRequest& in);
absl::StatusOr<Act> ToAct(const v1::ReceiveBackupRequest& in);
absl::StatusOr<Act> ToAct(const v1::RecordReinspectionReportRequest& in);
absl::StatusOr<Act> ToAct(const v1::ServeReinspectionResultRequest& in);
absl::StatusOr<Act> ToAct(const v1::RaiseObjectionRequest& in);
absl::StatusOr<Act> ToAct(const v1::AcceptObjectionRequest& in);
absl::StatusOr<Act> ToAct(const v1::DecideObjectionRequest& in);
absl::StatusOr<Act> ToAct(const v1::StartDisposalRequest& in);
absl::StatusOr<Act> ToAct(const v1::ExtendDisposalRequest& in);
absl::StatusOr<Act> ToAct(const v1::FinishDisposalRequest& in);
absl::StatusOr<Act> ToAct(const v1::PublishResultRequest& in);
absl::StatusOr<Act> ToAct(const v1::CloseSampleRequest& in);
// One imported row; the operator and its region come from the frame.
Attested ToAttested(const v1::SampleRow& in, FieldReader& read);

absl::StatusOr<SampleId> ToSampleId(absl::string_view name);
std::string EtagOf(const Sample& sample);

void ToProto(const Stored& stored, bool with_acts, v1::Sample* out);
void ToProto(const Clock& clock, absl::Time at, absl::string_view locale, v1::SampleClock* out);

v1::SampleNotified ToNotified(const Sample& sample);
v1::SampleFinalised ToFinalised(const Sample& sample);
v1::SampleDisposed ToDisposed(const Sample& sample);
// `title` is the sampled unit's name; names of surrogate ids stay out.
v1::SampleCard ToCard(const Sample& sample, const std::string& title, const errors::Basis& basis);

// The policies in force on `on` as the domain's rules.
absl::StatusOr<Rules> ReadRules(const policy::Policies& policies, store::ReadTx& tx, Date on);

}  // namespace shian::inspection::sampling
