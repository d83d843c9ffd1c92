#include "services/credit/archive/reactions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/credit/archive/convert.h"
#include "services/credit/archive/store.h"
#include "shian/sanction/v1/changes_publicity.pb.h"
#include "shian/trace/v1/balance_changes.pb.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::credit {
namespace {

using Changed = absl::StatusOr<std::vector<OperatorId>>;
using ledger::ReceivedChange;
using store::WriteTx;

template <class Message>
absl::StatusOr<Message> Parse(const ReceivedChange& change) {
  Message message;
  if (message.ParseFromString(change.payload)) return message;
  return absl::DataLossError(absl::StrCat("payload of ", change.id));
}

// Files `evidence` about each operator; gives those it was filed for.
Changed FileForAll(WriteTx& tx, const ReceivedChange& change, const std::vector<OperatorId>& ids,
                   Evidence evidence) {
  evidence.cause = change.id;
  evidence.origin = change.origin;
  std::vector<OperatorId> filed;
  for (const OperatorId& id : ids) {
    ASSIGN_OR_RETURN(const bool is_new, FileEvidence(tx, id, change.region, evidence));
    if (is_new) filed.push_back(id);
  }
  return filed;
}

// Closes what `source` brought about anyone; gives those about whom there was something open.
Changed CloseForAll(WriteTx& tx, const ReceivedChange& change, const std::string& source,
                    EvidenceKind kind, Close how, absl::Time time) {
  ASSIGN_OR_RETURN(const std::vector<OperatorId> ids, OperatorsWithSource(tx, source));
  std::vector<OperatorId> closed;
  for (const OperatorId& id : ids) {
    ASSIGN_OR_RETURN(const bool was_open,
                     CloseEvidence(tx, id, source, kind, how, time, change.id));
    if (was_open) closed.push_back(id);
  }
  return closed;
}

std::vector<OperatorId> Union(std::vector<OperatorId> a, const std::vector<OperatorId>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

std::vector<OperatorId> One(const std::string& name) {
  const std::optional<OperatorId> id = OperatorIdOf(name);
  return id ? std::vector<OperatorId>{*id} : std::vector<OperatorId>();
}

// ---- registry --------------------------------------------------------------------------------

Changed OnOperator(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<registry::v1::OperatorChanged>(change));
  const std::vector<OperatorId> ids = One(fact.operator_().name());
  if (ids.empty()) return ids;
  const Subject subject = ToSubject(fact.operator_());
  ASSIGN_OR_RETURN(const std::optional<Archive> known, FindArchive(tx, ids[0]));
  const bool unchanged = known && !known->subjects.empty() &&
                         known->subjects.back().subject == subject &&
                         known->region == fact.operator_().region();
  if (unchanged) return std::vector<OperatorId>();
  ASSIGN_OR_RETURN(const bool filed, FileSubject(tx, ids[0], fact.operator_().region(), subject));
  // Evidence may have come before the operator itself: only then a grade can follow from it.
  const bool waited = known && known->subjects.empty() && !known->evidence.empty();
  return filed && waited ? ids : std::vector<OperatorId>();
}

Changed OnErased(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<registry::v1::OperatorErased>(change));
  const std::vector<OperatorId> ids = One(fact.name());
  if (ids.empty()) return ids;
  RETURN_IF_ERROR(EraseArchive(tx, ids[0], change.region));
  RETURN_IF_ERROR(ledger::EraseSubject(tx, fact.name()));
  return ids;
}

// ---- inspection ------------------------------------------------------------------------------

Changed OnSampleNotified(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<inspection::v1::SampleNotified>(change));
  RETURN_IF_ERROR(FileForAll(tx, change, Answerable(fact.operator_(), fact.responsible_parties()),
                             ToEvidence(fact))
                      .status());
  return std::vector<OperatorId>();  // it can still be contested: nothing follows from it
}

Changed OnSampleFinalised(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<inspection::v1::SampleFinalised>(change));
  const absl::Time time = FromProto(fact.final_time());
  if (fact.outcome() != inspection::v1::SAMPLE_OUTCOME_FAILED) {
    return CloseForAll(tx, change, fact.sample(), EvidenceKind::kUnknown, Close::kAnnulled, time);
  }
  RETURN_IF_ERROR(
      CloseForAll(tx, change, fact.sample(), EvidenceKind::kSamplePending, Close::kEnded, time)
          .status());
  if (!HasLegalEffect(fact.kind())) return std::vector<OperatorId>();
  // A result that is told again replaces what it said before.
  ASSIGN_OR_RETURN(
      const std::vector<OperatorId> replaced,
      CloseForAll(tx, change, fact.sample(), EvidenceKind::kSampleFailed, Close::kAnnulled, time));
  ASSIGN_OR_RETURN(const std::vector<OperatorId> filed,
                   FileForAll(tx, change, Answerable(fact.operator_(), fact.responsible_parties()),
                              ToEvidence(fact)));
  return Union(filed, replaced);
}

Changed OnCheck(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<inspection::v1::CheckRecorded>(change));
  const std::vector<OperatorId> ids = One(fact.operator_());
  // A corrected visit replaces what it said before.
  ASSIGN_OR_RETURN(
      const std::vector<OperatorId> replaced,
      CloseForAll(tx, change, fact.check(), EvidenceKind::kUnknown, Close::kAnnulled, change.time));
  const Evidence evidence = ToEvidence(fact);
  RETURN_IF_ERROR(FileForAll(tx, change, ids, evidence).status());
  if (evidence.kind == EvidenceKind::kObstruction) return Union(ids, replaced);
  return replaced;
}

// Whether the alert is filed about the operator: its finding and what inspection made of it come by
// two feeds, in either order, and make one piece of evidence.
absl::StatusOr<bool> HasAlert(WriteTx& tx, const OperatorId& id, const std::string& source) {
  ASSIGN_OR_RETURN(const std::vector<OperatorId> ids, OperatorsWithSource(tx, source));
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// What was looked into is no open clue any more; one that is not so is set aside. Nothing follows:
// what was found counts as the visit or the penalty that it is.
Changed OnAlertSettled(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<inspection::v1::TraceAlertSettled>(change));
  const std::vector<OperatorId> ids = One(fact.operator_());
  if (ids.empty()) return ids;
  ASSIGN_OR_RETURN(const bool known, HasAlert(tx, ids[0], fact.alert()));
  if (!known) RETURN_IF_ERROR(FileForAll(tx, change, ids, ToEvidence(fact)).status());
  const bool unfounded = fact.finding() == inspection::v1::TRACE_ALERT_FINDING_UNFOUNDED;
  RETURN_IF_ERROR(CloseEvidence(tx, ids[0], fact.alert(), EvidenceKind::kTraceAlert,
                                unfounded ? Close::kAnnulled : Close::kEnded,
                                FromProto(fact.settle_time()), change.id)
                      .status());
  return std::vector<OperatorId>();
}

// ---- sanction --------------------------------------------------------------------------------

Changed OnPenalty(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<sanction::v1::PenaltyDecided>(change));
  return FileForAll(tx, change, One(fact.operator_()), ToEvidence(fact));
}

Changed OnPenaltyAnnulled(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<sanction::v1::PenaltyAnnulled>(change));
  return CloseForAll(tx, change, fact.case_(), EvidenceKind::kPenalty, Close::kAnnulled,
                     FromProto(fact.annul_time()));
}

// What was set aside is told as such by itself.
Changed OnPublicityEnded(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<sanction::v1::PenaltyPublicityEnded>(change));
  if (fact.how() == sanction::v1::PUBLICITY_STATE_ANNULLED) return std::vector<OperatorId>();
  return CloseForAll(tx, change, fact.case_(), EvidenceKind::kPenalty, Close::kEnded,
                     FromProto(fact.end_time()));
}

Changed OnListing(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<sanction::v1::ListingPublished>(change));
  // A red list, an exposure board or a local list says nothing that a grade may rest on.
  if (fact.without_joint_effect()) return std::vector<OperatorId>();
  return FileForAll(tx, change, One(fact.operator_()), ToEvidence(fact));
}

Changed OnListingEnded(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<sanction::v1::ListingEnded>(change));
  const bool annulled = fact.how() == sanction::v1::ENTRY_STATE_ANNULLED;
  return CloseForAll(tx, change, fact.entry(), EvidenceKind::kListing,
                     annulled ? Close::kAnnulled : Close::kEnded, FromProto(fact.end_time()));
}

// ---- trace -----------------------------------------------------------------------------------

Changed OnRecall(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<trace::v1::RecallProposed>(change));
  RETURN_IF_ERROR(
      FileForAll(tx, change, One(fact.recall().operator_()), ToEvidence(fact.recall())).status());
  return std::vector<OperatorId>();  // to recall is a duty, not a violation
}

Changed OnRecallWithdrawn(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<trace::v1::RecallWithdrawn>(change));
  // Without its ground there was no duty that could be breached.
  return CloseForAll(tx, change, fact.recall().name(), EvidenceKind::kUnknown, Close::kAnnulled,
                     change.time);
}

Changed OnRecallBreached(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<trace::v1::RecallBreached>(change));
  return FileForAll(tx, change, One(fact.operator_()), ToEvidence(fact));
}

const trace::v1::FoundExcursion& Told(const trace::v1::ColdExcursionFound& fact) {
  return fact.excursion();
}
const trace::v1::FoundExcursion& Told(const trace::v1::ColdExcursionWithdrawn& fact) {
  return fact.excursion();
}
const trace::v1::FoundImbalance& Told(const trace::v1::ImbalanceFound& fact) {
  return fact.imbalance();
}
const trace::v1::FoundImbalance& Told(const trace::v1::ImbalanceWithdrawn& fact) {
  return fact.imbalance();
}

// A grade may not rest on an unverified clue: it is shown, and nothing follows.
template <class Fact>
Changed OnAlert(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<Fact>(change));
  const std::vector<OperatorId> ids = One(Told(fact).operator_());
  if (ids.empty()) return ids;
  Evidence evidence = ToEvidence(Told(fact));
  if (evidence.source.empty()) evidence.source = change.id;
  ASSIGN_OR_RETURN(const bool known, HasAlert(tx, ids[0], evidence.source));
  if (!known) RETURN_IF_ERROR(FileForAll(tx, change, ids, evidence).status());
  return std::vector<OperatorId>();
}

// One without a name cannot be told from others.
template <class Fact>
Changed OnAlertWithdrawn(WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto fact, Parse<Fact>(change));
  if (Told(fact).name().empty()) return std::vector<OperatorId>();
  RETURN_IF_ERROR(CloseForAll(tx, change, Told(fact).name(), EvidenceKind::kTraceAlert,
                              Close::kAnnulled, change.time)
                      .status());
  return std::vector<OperatorId>();
}

}  // namespace

std::map<std::string, std::map<std::string, Filing>> Filings() {
  return {
      {"registry",
       {{"shian.registry.operator.registered", OnOperator},
        {"shian.registry.operator.changed", OnOperator},
        {"shian.registry.operator.erased", OnErased}}},
      {"inspection",
       {{"shian.inspection.sample.notified", OnSampleNotified},
        {"shian.inspection.sample.finalised", OnSampleFinalised},
        {"shian.inspection.check.recorded", OnCheck},
        {"shian.inspection.trace_alert.settled", OnAlertSettled}}},
      {"sanction",
       {{"shian.sanction.penalty.decided", OnPenalty},
        {"shian.sanction.penalty.annulled", OnPenaltyAnnulled},
        {"shian.sanction.penalty.publicity_ended", OnPublicityEnded},
        {"shian.sanction.listing.published", OnListing},
        {"shian.sanction.listing.ended", OnListingEnded}}},
      {"trace",
       {{"shian.trace.recall.proposed", OnRecall},
        {"shian.trace.recall.breached", OnRecallBreached},
        {"shian.trace.recall.withdrawn", OnRecallWithdrawn},
        {"shian.trace.cold.excursion", OnAlert<trace::v1::ColdExcursionFound>},
        {"shian.trace.cold.excursion_withdrawn",
         OnAlertWithdrawn<trace::v1::ColdExcursionWithdrawn>},
        {"shian.trace.balance.alerted", OnAlert<trace::v1::ImbalanceFound>},
        {"shian.trace.balance.withdrawn", OnAlertWithdrawn<trace::v1::ImbalanceWithdrawn>}}},
  };
}

}  // namespace shian::credit
