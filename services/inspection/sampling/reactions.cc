#include "services/inspection/sampling/reactions.h"

#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/ledger/change.h"
#include "services/inspection/frame/store.h"
#include "services/inspection/sampling/convert.h"
#include "services/inspection/sampling/limits.h"

namespace shian::inspection::sampling {
namespace {

absl::Status Tell(store::WriteTx& tx, const Sample& sample, ledger::Log log, const char* type,
                  absl::Time time, const google::protobuf::Message& payload) {
  return ledger::Append(tx, {.log = log,
                             .type = type,
                             .subject = "operators/" + sample.planned.operator_id,
                             .region = sample.planned.region,
                             .time = time,
                             .payload = payload.SerializeAsString(),
                             .cause = {}});
}

absl::Status TellPublished(store::WriteTx& tx, const Rules& rules, const Sample& sample) {
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, sample.planned.operator_id));
  const std::string title = unit ? unit->title : "";
  return Tell(tx, sample, ledger::Log::kPublic, "shian.public.inspection.sample.published",
              *sample.publish_time, ToCard(sample, title, rules.DutyBasis("publication")));
}

}  // namespace

absl::Status Record(store::WriteTx& tx, const Rules& rules, Stored& stored, DatedAct act) {
  Sample& sample = stored.sample;
  const bool attesting = std::holds_alternative<Attested>(act.act);
  const bool was_final = sample.final_time.has_value() && !attesting;
  const bool was_public = sample.publish_time.has_value() && !attesting;
  const bool was_disposed = sample.disposal && sample.disposal->finish_time;
  const bool was_served = sample.notice_time.has_value();
  RETURN_IF_ERROR(AppendAct(tx, stored, std::move(act)));
  if (!was_served && sample.notice_time) {
    RETURN_IF_ERROR(Tell(tx, sample, ledger::Log::kFacts, "shian.inspection.sample.notified",
                         *sample.notice_time, ToNotified(sample)));
  }
  // A pass is nobody's evidence against anyone; only what failed first is reported.
  if (!was_final && sample.final_time && sample.outcome != Outcome::kPassed) {
    RETURN_IF_ERROR(Tell(tx, sample, ledger::Log::kFacts, "shian.inspection.sample.finalised",
                         *sample.final_time, ToFinalised(sample)));
  }
  if (!was_disposed && sample.disposal && sample.disposal->finish_time) {
    RETURN_IF_ERROR(Tell(tx, sample, ledger::Log::kFacts, "shian.inspection.sample.disposed",
                         *sample.disposal->finish_time, ToDisposed(sample)));
  }
  // What another authority published stays in its own log.
  if (was_public || !sample.publish_time || sample.attested) return absl::OkStatus();
  return TellPublished(tx, rules, sample);
}

absl::Status FinaliseLapsed(rpc::Edge& edge, absl::Time now) {
  std::vector<SampleId> due;
  RETURN_IF_ERROR(edge.store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const auto notified, NotifiedSamples(tx));
    for (const Stored& one : notified) {
      ASSIGN_OR_RETURN(const Rules rules,
                       ReadRules(edge.policies(), tx, ToDate(one.sample.plan_time)));
      const auto lapses = LapsesAt(one.sample, rules);
      if (lapses && now > *lapses) due.push_back(one.sample.id);
    }
    return absl::OkStatus();
  }));
  for (const SampleId& id : due) {
    const auto lapse = [&edge, id](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(Stored stored, ReadSample(tx, id));
      ASSIGN_OR_RETURN(const Rules rules,
                       ReadRules(edge.policies(), tx, ToDate(stored.sample.plan_time)));
      const auto lapses = LapsesAt(stored.sample, rules);
      if (!lapses || tx.now() <= *lapses) return std::string();
      DatedAct act;
      act.time = *lapses;
      act.by.system = "inspection";
      act.act = Lapsed{};
      RETURN_IF_ERROR(Record(tx, rules, stored, std::move(act)));
      return std::string();
    };
    store::WriteContext context;
    context.now = now;
    const auto written = edge.store().WriteAndWait(context, lapse);
    if (!written.ok()) return written.status();
  }
  return absl::OkStatus();
}

}  // namespace shian::inspection::sampling
