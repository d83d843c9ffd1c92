#include "services/credit/rating/reactions.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "services/credit/archive/reactions.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/store.h"

namespace shian::credit {
namespace {

constexpr char kDetermined[] = "shian.credit.grade.determined";
constexpr char kPublicGrade[] = "shian.public.grade";

// Determines a grade for `id` when what was just filed calls for one. Without a policy in force
// nothing is determined; the yearly determination takes the evidence up.
absl::Status DetermineFor(store::WriteTx& tx, const RulesSource& source, const OperatorId& id,
                          const std::string& cause) {
  ASSIGN_OR_RETURN(const std::optional<Archive> archive, FindArchive(tx, id));
  if (!archive) return absl::OkStatus();
  if (archive->erased) return EraseDeterminations(tx, id);
  const auto rules = source.InForce(tx, kRatingPolicy, ToDate(tx.now()));
  if (errors::ReasonOf(rules.status()) == errors::Reason::kPolicyNotInForce) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(rules.status());
  ASSIGN_OR_RETURN(const std::optional<Determination> last,
                   LastDetermination(tx, id, tx.now(), tx.now()));
  std::optional<Determination> next = DetermineAfterEvent(**rules, *archive, tx.now(), last);
  if (!next) return absl::OkStatus();
  next->cause = cause;
  return Publish(tx, archive->region, &*next, Replay(**rules, *archive, *next));
}

ledger::Reaction React(const RulesSource& rules, Filing filing) {
  return [&rules, filing = std::move(filing)](
             store::WriteTx& tx, const ledger::ReceivedChange& change) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<OperatorId> touched, filing(tx, change));
    for (const OperatorId& id : touched) {
      RETURN_IF_ERROR(DetermineFor(tx, rules, id, change.id));
    }
    return absl::OkStatus();
  };
}

}  // namespace

std::map<std::string, ledger::Reactions> RatingReactions(const RulesSource& rules) {
  std::map<std::string, ledger::Reactions> reactions;
  for (auto& [peer, filings] : Filings()) {
    for (auto& [type, filing] : filings) reactions[peer][type] = React(rules, filing);
  }
  return reactions;
}

absl::Status Publish(store::WriteTx& tx, absl::string_view region, Determination* determination,
                     const Outcome& outcome) {
  RETURN_IF_ERROR(InsertDetermination(tx, determination));
  ledger::Change change;
  change.type = kDetermined;
  change.subject = OperatorName(determination->id);
  change.region = std::string(region);
  change.time = determination->time;
  change.cause = determination->cause;
  change.payload = ToFact(region, *determination, outcome).SerializeAsString();
  RETURN_IF_ERROR(ledger::Append(tx, change));
  change.log = ledger::Log::kPublic;
  change.type = kPublicGrade;
  change.payload = ToCard(*determination).SerializeAsString();
  return ledger::Append(tx, change);
}

}  // namespace shian::credit
