// proto <-> domain for what the acts of a case state beyond their text.
#pragma once

#include "services/sanction/case/case.h"
#include "services/sanction/case/finding.h"
#include "services/sanction/party/convert.h"
#include "shian/sanction/v1/case.pb.h"
#include "shian/sanction/v1/case_detail.pb.h"
#include "shian/sanction/v1/case_transfer.pb.h"

namespace shian::sanction::convert {

// What a request states; wrong fields are remembered by the reader. Fields that are not the act's
// are not read.
Filing ToFilingDetail(const v1::CaseFiling& in, Reader* reader);
// Without a time: gathered in the infinite future, for the act to say.
Evidence ToEvidence(const v1::Evidence& in, Reader* reader);
Custody ToTaken(const v1::Custody& in, Reader* reader);
Custody ToExtension(const v1::Custody& in, Reader* reader);
Custody ToHandled(const v1::Custody& in, Reader* reader);
Facts ToFacts(const v1::CaseFacts& in, Reader* reader);
FindingAnswer ToAnswer(const v1::FindingAnswer& in, Reader* reader);
Transfer ToTransferReport(const v1::CaseTransfer& in, Reader* reader);
Transfer ToTransferDecision(const v1::CaseTransfer& in, Reader* reader);
Transfer ToTransferred(const v1::CaseTransfer& in, Reader* reader);
Transfer ToPoliceAnswer(const v1::CaseTransfer& in, Reader* reader);
Supervision ToSupervision(const v1::CaseSupervision& in, Reader* reader);
Supervision ToSupervisionCheck(const v1::CaseSupervision& in, Reader* reader);
CaseOutcome ToOutcome(v1::CaseOutcome in, Reader* reader);
FileReview ToReview(const v1::FileReview& in, Reader* reader);
// Absent when the request has none.
std::optional<Date> ToDay(absl::string_view field, bool present, const common::v1::Date& in,
                          Reader* reader);

PeriodStep ToExtendedPeriod(const v1::CasePeriod& in, Reader* reader);
PeriodStep ToPausedPeriod(const v1::CasePeriod& in, Reader* reader);
PeriodStep ToResumedPeriod(const v1::CasePeriod& in, Reader* reader);
Hearing ToHearing(const v1::CaseHearing& in, Reader* reader);
Hearing ToHearingEnd(const v1::CaseHearing& in, Reader* reader);
ChosenRung ToChosenRung(const v1::Discretion& in, Reader* reader);

// Sets the one that the act has. `time_bar` is shown with a filing; null where there is none.
void FillDetail(const Detail& detail, const Clock* time_bar, absl::string_view locale,
                v1::CaseEvent* out);
v1::CasePeriod ToProto(const PeriodStep& period);
v1::CaseHearing ToProto(const Hearing& hearing);
v1::Discretion ToProto(const ChosenRung& rung);
v1::Finding ToProto(const Finding& finding, const std::string& revision);

}  // namespace shian::sanction::convert
