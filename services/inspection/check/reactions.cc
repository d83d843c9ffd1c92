#include "services/inspection/check/reactions.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/store.h"
#include "services/inspection/frame/store.h"
#include "shian/credit/v1/changes.pb.h"

namespace shian::inspection::check {
namespace {

// The very revision the grade was determined by, or what is in force when this store never held it.
absl::StatusOr<policy::Revision<policy::v1::RatingPolicy>> RatingOf(
    const policy::Policies& policies, store::ReadTx& tx, const credit::v1::GradeDetermined& in,
    absl::Time time) {
  auto exact = policies.OfRevision<policy::v1::RatingPolicy>(tx, in.policy_revision());
  if (exact.ok() || !absl::IsNotFound(exact.status())) return exact;
  return policies.InForce<policy::v1::RatingPolicy>(tx, in.policy(), ToDate(time));
}

absl::Status ReportFrequency(store::WriteTx& tx, const std::optional<DatedFrequency>& previous,
                             const DatedFrequency& now, const ledger::ReceivedChange& change) {
  v1::FrequencyChanged payload;
  payload.set_operator_("operators/" + now.operator_id);
  if (previous) ToProto(previous->frequency, payload.mutable_previous());
  ToProto(now.frequency, payload.mutable_frequency());
  payload.set_grade(frame::GradeOf(now.grade));
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.inspection.frequency.changed",
                             .subject = payload.operator_(),
                             .region = change.region,
                             .time = now.since,
                             .payload = payload.SerializeAsString(),
                             .cause = change.id});
}

absl::Status OnGrade(const policy::Policies& policies, store::WriteTx& tx,
                     const ledger::ReceivedChange& change) {
  credit::v1::GradeDetermined payload;
  if (!payload.ParseFromString(change.payload)) {
    return absl::DataLossError(absl::StrCat("the payload of ", change.id, " is no grade"));
  }
  DatedFrequency next;
  next.operator_id = payload.operator_().substr(payload.operator_().find('/') + 1);
  next.since = change.time;
  next.grade = frame::GradeWord(payload.grade());
  next.cause = change.id;
  RETURN_IF_ERROR(frame::SetGrade(tx, next.operator_id, next.grade));
  ASSIGN_OR_RETURN(const auto rating, RatingOf(policies, tx, payload, change.time));
  const auto frequency = FrequencyOf(rating.policy(), payload.grade());
  if (!frequency) return absl::OkStatus();
  next.frequency = *frequency;
  next.policy_revision = rating.revision;
  ASSIGN_OR_RETURN(const auto previous,
                   FindFrequency(tx, next.operator_id, absl::InfiniteFuture()));
  RETURN_IF_ERROR(PutFrequency(tx, next));
  if (previous && previous->frequency == next.frequency) return absl::OkStatus();
  return ReportFrequency(tx, previous, next, change);
}

}  // namespace

absl::Status Report(store::WriteTx& tx, const Visit& visit) {
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.inspection.check.recorded",
                             .subject = "operators/" + visit.operator_id,
                             .region = visit.region,
                             .time = StartOfDay(visit.date),
                             .payload = ToRecorded(visit).SerializeAsString(),
                             .cause = {}});
}

ledger::Reactions CreditReactions(rpc::Edge& edge) {
  return {{"shian.credit.grade.determined",
           [&edge](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return OnGrade(edge.policies(), tx, change);
           }}};
}

}  // namespace shian::inspection::check
