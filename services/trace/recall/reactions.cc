#include "services/trace/recall/reactions.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/change.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kChinese = "zh-CN";

// The recall is a matter about its operator: an erasure of the operator takes its entries too.
absl::Status Report(store::WriteTx& tx, const char* type, const Recall& recall,
                    std::string payload) {
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = type,
                             .subject = recall.operator_ + "/" + recall.name(),
                             .region = recall.region,
                             .time = tx.now(),
                             .payload = std::move(payload),
                             .cause = recall.cause});
}

absl::Status Propose(const policy::Policies& policies, store::WriteTx& tx,
                     const ledger::ReceivedChange& change) {
  inspection::v1::SampleNotified notified;
  if (!notified.ParseFromString(change.payload)) {
    return absl::DataLossError("a sample's notice does not decode: " + change.id);
  }
  // A record made elsewhere had its recall there.
  if (notified.attested()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto earlier, recall::FindRecallOfSample(tx, notified.sample()));
  if (earlier) return absl::OkStatus();
  Recall proposed = recall::ToRecall(notified, change.time);
  const RecallClass recall_class = ClassOf(recall::ToHazard(notified));
  ASSIGN_OR_RETURN(const ClassRule rule,
                   recall::RuleOfClass(tx, policies, recall_class, ToDate(proposed.known_time)));
  ApplyClass(recall_class, rule, &proposed);
  proposed.id = tx.NewId();
  proposed.propose_time = proposed.recorded = tx.now();
  proposed.cause = change.id;
  RETURN_IF_ERROR(recall::PutRecall(tx, proposed));
  v1::RecallProposed payload;
  ASSIGN_OR_RETURN(*payload.mutable_recall(), recall::ToProto(tx, policies, proposed, kChinese));
  return Report(tx, "shian.trace.recall.proposed", proposed, payload.SerializeAsString());
}

absl::Status TakeWithdrawal(const policy::Policies& policies, store::WriteTx& tx, Recall withdrawn,
                            const std::string& cause) {
  if (!Withdraw("复检或异议改判，不合格结论不成立", tx.now(), &withdrawn)) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(recall::PutRecall(tx, withdrawn));
  v1::RecallWithdrawn payload;
  ASSIGN_OR_RETURN(*payload.mutable_recall(), recall::ToProto(tx, policies, withdrawn, kChinese));
  withdrawn.cause = cause;
  RETURN_IF_ERROR(
      Report(tx, "shian.trace.recall.withdrawn", withdrawn, payload.SerializeAsString()));
  // What was never published needs no public correction.
  if (!withdrawn.frozen() && !withdrawn.ordered()) return absl::OkStatus();
  return ledger::Append(tx,
                        {.log = ledger::Log::kPublic,
                         .type = "shian.public.recall",
                         .subject = withdrawn.operator_ + "/" + withdrawn.name(),
                         .region = withdrawn.region,
                         .time = tx.now(),
                         .payload = recall::Card(payload.recall(), tx.now()).SerializeAsString(),
                         .cause = cause});
}

absl::Status TakeFinal(const policy::Policies& policies, store::WriteTx& tx,
                       const ledger::ReceivedChange& change) {
  inspection::v1::SampleFinalised finalised;
  if (!finalised.ParseFromString(change.payload)) {
    return absl::DataLossError("a sample's final result does not decode: " + change.id);
  }
  ASSIGN_OR_RETURN(auto known, recall::FindRecallOfSample(tx, finalised.sample()));
  if (!known) return absl::OkStatus();
  if (finalised.outcome() == inspection::v1::SAMPLE_OUTCOME_OVERTURNED) {
    return TakeWithdrawal(policies, tx, *std::move(known), change.id);
  }
  if (finalised.outcome() != inspection::v1::SAMPLE_OUTCOME_FAILED || !Confirm(&*known)) {
    return absl::OkStatus();
  }
  return recall::PutRecall(tx, *known);
}

absl::Status Forget(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  registry::v1::OperatorErased payload;
  if (!payload.ParseFromString(change.payload)) {
    return absl::DataLossError("an operator's erasure does not decode: " + change.id);
  }
  RETURN_IF_ERROR(genealogy::PutPlaces(tx, payload.name(), {}));
  RETURN_IF_ERROR(recall::EraseContacts(tx, payload.name()));
  ASSIGN_OR_RETURN(const auto notices, recall::EraseRemarks(tx, payload.name()));
  for (const std::string& notice : notices) {
    RETURN_IF_ERROR(ledger::EraseEntries(tx, absl::StrCat(payload.name(), "/", notice)).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TellBreach(store::WriteTx& tx, const policy::Policies& policies,
                        const Recall& recall) {
  // What was done elsewhere has its clocks there.
  if (recall.attested) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto clocks, recall::DueClocksOf(tx, policies, recall));
  // The last one runs; those before it were looked at when they ended, under the class of then.
  const recall::DueClock& clock = clocks.back();
  if (!RanOut(clock.clock, clock.due, tx.now())) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool first,
                   recall::InsertBreach(tx, recall.id, clock.clock.duty, clock.due.due));
  if (!first) return absl::OkStatus();
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.trace.recall.breached",
                             .subject = recall.operator_ + "/" + recall.name(),
                             .region = recall.region,
                             .time = clock.due.due,
                             .payload = recall::BreachedChange(recall, clock).SerializeAsString(),
                             .cause = recall.cause});
}

absl::Status TellBreaches(rpc::Edge& edge, absl::Time now) {
  // Most times nothing is due, and a write would cost a commit.
  std::vector<std::string> late;
  RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recalls, recall::RecallsUnderClock(tx));
    for (const Recall& each : recalls) {
      ASSIGN_OR_RETURN(const auto clocks, recall::DueClocksOf(tx, edge.policies(), each));
      if (RanOut(clocks.back().clock, clocks.back().due, now)) late.push_back(each.id);
    }
    return absl::OkStatus();
  }));
  for (const std::string& id : late) {
    const auto tell = [&edge, id](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const auto found, recall::FindRecall(tx, id));
      if (found) RETURN_IF_ERROR(TellBreach(tx, edge.policies(), *found));
      return std::string();
    };
    store::WriteContext context;
    context.now = now;
    RETURN_IF_ERROR(edge.store().WriteAndWait(context, tell).status());
  }
  return absl::OkStatus();
}

ledger::Reactions ErasureReactions() { return {{"shian.registry.operator.erased", Forget}}; }

ledger::Reactions RecallReactions(rpc::Edge& edge) {
  const auto with = [&edge](auto react) {
    return [&edge, react](store::WriteTx& tx, const ledger::ReceivedChange& change) {
      return react(edge.policies(), tx, change);
    };
  };
  return {{"shian.inspection.sample.notified", with(Propose)},
          {"shian.inspection.sample.finalised", with(TakeFinal)}};
}

}  // namespace shian::trace
