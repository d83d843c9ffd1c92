#include "services/inspection/check/reactions.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "libs/rpc/convert.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/convert_frequency.h"
#include "services/inspection/check/store.h"
#include "services/inspection/frame/store.h"
#include "shian/credit/v1/changes.pb.h"
#include "shian/sanction/v1/changes.pb.h"

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

absl::Status ReportFrequency(store::WriteTx& tx, const std::optional<Frequency>& previous,
                             const FrequencyNow& now, const ledger::ReceivedChange& change) {
  if (previous == now.frequency) return absl::OkStatus();
  v1::FrequencyChanged payload;
  payload.set_operator_("operators/" + now.graded.operator_id);
  if (previous) ToProto(*previous, payload.mutable_previous());
  ToProto(now.frequency, payload.mutable_frequency());
  payload.set_grade(frame::GradeOf(now.graded.grade));
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.inspection.frequency.changed",
                             .subject = payload.operator_(),
                             .region = change.region,
                             .time = change.time,
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
  ASSIGN_OR_RETURN(const auto last, FindFrequency(tx, next.operator_id, absl::InfiniteFuture()));
  RETURN_IF_ERROR(PutFrequency(tx, next));
  ASSIGN_OR_RETURN(const auto flags, FlagsOf(tx, next.operator_id, tx.now()));
  std::optional<Frequency> previous;
  if (last) previous = Weighed(last->frequency, flags);
  return ReportFrequency(tx, previous, {next, flags, Weighed(next.frequency, flags)}, change);
}

std::string OperatorOf(const std::string& name) { return name.substr(name.find('/') + 1); }

bool ChangesVisits(const sanction::v1::MeasureOrdered& ordered) {
  return (ordered.effect() == policy::v1::MEASURE_EFFECT_MORE_VISITS ||
          ordered.effect() == policy::v1::MEASURE_EFFECT_FEWER_VISITS) &&
         ordered.visits_percent() > 0;
}

// Keeps the flag and tells the frequency that follows, when it is another one.
absl::Status ChangeFlag(const policy::Policies& policies, store::WriteTx& tx, const VisitFlag& flag,
                        const ledger::ReceivedChange& change) {
  const auto before = FrequencyAt(policies, tx, flag.operator_id, tx.now());
  RETURN_IF_ERROR(PutFlag(tx, flag));
  // No rule says yet how often who was never graded is visited: there is nothing to tell.
  if (absl::IsFailedPrecondition(before.status())) return absl::OkStatus();
  RETURN_IF_ERROR(before.status());
  ASSIGN_OR_RETURN(const FrequencyNow after, FrequencyAt(policies, tx, flag.operator_id, tx.now()));
  return ReportFrequency(tx, before->frequency, after, change);
}

absl::Status OnOrdered(const policy::Policies& policies, store::WriteTx& tx,
                       const ledger::ReceivedChange& change) {
  sanction::v1::MeasureOrdered ordered;
  if (!ordered.ParseFromString(change.payload)) {
    return absl::DataLossError(absl::StrCat("the payload of ", change.id, " is no order"));
  }
  if (!ChangesVisits(ordered)) return absl::OkStatus();
  VisitFlag flag;
  flag.operator_id = OperatorOf(ordered.operator_());
  flag.measure = ordered.measure();
  flag.item = ordered.item();
  flag.percent = ordered.visits_percent();
  flag.since = rpc::FromProto(ordered.order_time());
  flag.cause = change.id;
  return ChangeFlag(policies, tx, flag, change);
}

absl::Status OnLifted(const policy::Policies& policies, store::WriteTx& tx,
                      const ledger::ReceivedChange& change) {
  sanction::v1::MeasureLifted lifted;
  if (!lifted.ParseFromString(change.payload)) {
    return absl::DataLossError(absl::StrCat("the payload of ", change.id, " is no lifting"));
  }
  ASSIGN_OR_RETURN(std::optional<VisitFlag> flag,
                   FindFlag(tx, OperatorOf(lifted.operator_()), lifted.measure()));
  if (!flag) return absl::OkStatus();
  // What was set aside never had effect.
  const bool annulled = lifted.cause() == sanction::v1::MEASURE_END_CAUSE_ANNULLED;
  flag->until = annulled ? flag->since : rpc::FromProto(lifted.end_time());
  flag->cause = change.id;
  return ChangeFlag(policies, tx, *flag, change);
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

ledger::Reactions MeasureReactions(rpc::Edge& edge) {
  const policy::Policies& policies = edge.policies();
  return {{"shian.sanction.measure.inspection.ordered",
           [&policies](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return OnOrdered(policies, tx, change);
           }},
          {"shian.sanction.measure.inspection.lifted",
           [&policies](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return OnLifted(policies, tx, change);
           }}};
}

}  // namespace shian::inspection::check
