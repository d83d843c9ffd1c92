#include "services/sanction/measure/reactions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/case/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/limits.h"
#include "services/sanction/measure/store.h"

namespace shian::sanction {
namespace {

// The type names the department's system, so that a grant of its prefix shows it its own alone.
absl::Status Tell(store::WriteTx& tx, const Measure& measure, const char* what, absl::Time time,
                  std::string payload) {
  const std::string type = absl::StrCat("shian.sanction.measure.", measure.system, ".", what);
  return ledger::Append(
      tx, convert::ChangeOf({measure.op, measure.region, time}, ledger::Log::kFacts, type.c_str(),
                            std::move(payload)));
}

absl::StatusOr<convert::Occasion> OccasionOf(store::ReadTx& tx, const Entry& entry,
                                             const policy::v1::ListRule& rule) {
  convert::Occasion occasion = {entry.list, entry.region, rule.joint_effect(), {}};
  ASSIGN_OR_RETURN(const auto c, FindCase(tx, entry.op, entry.case_id));
  if (c && c->penalty() != nullptr) occasion.penalties = c->penalty()->kinds;
  return occasion;
}

absl::StatusOr<std::vector<std::string>> OrderMeasures(store::WriteTx& tx,
                                                       const policy::Policies& policies,
                                                       const Entry& entry) {
  const Date today = ToDate(tx.now());
  ASSIGN_OR_RETURN(const auto rule,
                   policies.OfRevision<policy::v1::ListRule>(tx, entry.rule_revision));
  std::vector<std::string> names;
  if (rule.policy().measure_catalogue().empty()) return names;
  ASSIGN_OR_RETURN(const auto catalogue, policies.InForce<policy::v1::MeasureCatalogue>(
                                             tx, rule.policy().measure_catalogue(), today));
  ASSIGN_OR_RETURN(const convert::Occasion occasion, OccasionOf(tx, entry, rule.policy()));
  for (CatalogueItem item : convert::ToItems(catalogue.policy(), occasion)) {
    for (StartedClock& clock : item.clocks) {
      ASSIGN_OR_RETURN(clock, convert::StartClock(tx, policies, clock.key, today));
    }
    Measure measure = OrderOf(entry, item, catalogue.revision, tx.NewId(), tx.now());
    Close(entry, absl::InfiniteFuture(), &measure);
    RETURN_IF_ERROR(InsertMeasure(tx, measure));
    RETURN_IF_ERROR(WatchEnd(tx, measure, measure.end));
    RETURN_IF_ERROR(
        Tell(tx, measure, "ordered", tx.now(), convert::ToOrdered(measure).SerializeAsString()));
    names.push_back(measure.name());
  }
  return names;
}

// Writes that it ended, once, and starts the clock of the confirmation where one is waited for.
absl::Status Lift(store::WriteTx& tx, const policy::Policies& policies, Measure measure) {
  RETURN_IF_ERROR(WatchNoMore(tx, measure));
  const bool withdrawn = measure.Last(MeasureAct::kWithdrawn) != nullptr;
  if (withdrawn || measure.cause == EndCause::kDone) return absl::OkStatus();
  if (measure.Last(MeasureAct::kLifted) != nullptr) {
    // Its end was told; that it should never have been is told as well.
    return measure.annulled ? TellLifted(tx, measure) : absl::OkStatus();
  }
  MeasureEvent lifted;
  lifted.sequence = static_cast<int>(measure.events.size()) + 1;
  lifted.act = MeasureAct::kLifted;
  lifted.time = measure.end;
  lifted.recorded = tx.now();
  if (AwaitsConfirmation(measure, tx.now())) {
    ASSIGN_OR_RETURN(StartedClock clock,
                     convert::StartClock(tx, policies, measure.terms.lift_clock, ToDate(tx.now())));
    lifted.clocks.push_back(std::move(clock));
  }
  measure.events.push_back(lifted);
  RETURN_IF_ERROR(AppendMeasureEvent(tx, measure, lifted));
  return TellLifted(tx, measure);
}

absl::Status LiftMeasures(store::WriteTx& tx, const policy::Policies& policies,
                          const Entry& entry) {
  MeasureQuery query;
  query.page.op = entry.op;
  query.page.region = "000000";
  query.page.limit = limits::kMeasuresOfEntryMax;
  query.entry = entry.id;
  ASSIGN_OR_RETURN(std::vector<Measure> measures, ListMeasures(tx, query));
  for (Measure& measure : measures) {
    Close(entry, absl::InfiniteFuture(), &measure);
    if (measure.end <= tx.now()) RETURN_IF_ERROR(Lift(tx, policies, std::move(measure)));
  }
  return absl::OkStatus();
}

absl::Status EndOne(store::WriteTx& tx, const policy::Policies& policies, const MeasureKey& key) {
  ASSIGN_OR_RETURN(std::optional<Measure> measure, FindMeasure(tx, key.op, key.id));
  if (!measure) return absl::DataLossError("measure_running names no measure");
  ASSIGN_OR_RETURN(const auto entry, FindEntry(tx, key.op, measure->entry));
  if (!entry) return absl::DataLossError("a measure has no entry");
  Close(*entry, absl::InfiniteFuture(), &*measure);
  if (measure->end > tx.now()) return WatchEnd(tx, *measure, measure->end);
  return Lift(tx, policies, *std::move(measure));
}

absl::Status TellMeasureEnds(store::Store& store, const policy::Policies& policies,
                             absl::Time now) {
  const auto tell = [&policies, now](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto due, MeasuresToEnd(tx, now, limits::kEndsPerWriteMax));
    for (const MeasureKey& key : due) RETURN_IF_ERROR(EndOne(tx, policies, key));
    return due.size() < limits::kEndsPerWriteMax ? "" : "more";
  };
  for (bool more = true; more;) {
    // Most times nothing is due, and a write would cost a commit.
    bool due = false;
    RETURN_IF_ERROR(store.ReadNow([&due, now](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto keys, MeasuresToEnd(tx, now, 1));
      due = !keys.empty();
      return absl::OkStatus();
    }));
    if (!due) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        const store::Written written,
        store.WriteAndWait(
            {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""}, tell));
    more = written.reply == "more";
  }
  return absl::OkStatus();
}

}  // namespace

std::function<absl::StatusOr<std::vector<std::string>>(store::WriteTx&, const Entry&)>
OrderMeasuresBy(const policy::Policies& policies) {
  return [&policies](store::WriteTx& tx, const Entry& entry) {
    return OrderMeasures(tx, policies, entry);
  };
}

std::function<absl::Status(store::WriteTx&, const Entry&)> LiftMeasuresBy(
    const policy::Policies& policies) {
  return [&policies](store::WriteTx& tx, const Entry& entry) {
    return LiftMeasures(tx, policies, entry);
  };
}

std::function<absl::Status(store::WriteTx&, const Case&)> AnnulBy(
    const policy::Policies& policies) {
  return [&policies](store::WriteTx& tx, const Case& c) -> absl::Status {
    RETURN_IF_ERROR(AnnulEntryOf(tx, c));
    ASSIGN_OR_RETURN(const std::vector<Entry> entries, EntriesOf(tx, c.op));
    for (const Entry& entry : entries) {
      if (entry.case_id == c.id) RETURN_IF_ERROR(LiftMeasures(tx, policies, entry));
    }
    return absl::OkStatus();
  };
}

absl::Status TellEnds(store::Store& store, const policy::Policies& policies, absl::Time now) {
  RETURN_IF_ERROR(TellExpiries(store, now));
  return TellMeasureEnds(store, policies, now);
}

absl::Status TellLifted(store::WriteTx& tx, const Measure& measure) {
  return Tell(tx, measure, "lifted", tx.now(), convert::ToLifted(measure).SerializeAsString());
}

}  // namespace shian::sanction
