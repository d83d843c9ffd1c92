// Reads and writes of decisions about matches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/match/decision.h"

namespace shian::sanction {

// Without its events.
absl::Status InsertDecision(store::WriteTx& tx, const MatchDecision& decision);
absl::Status AppendDecisionEvent(store::WriteTx& tx, const MatchDecision& decision,
                                 const DecisionEvent& event);

// One subject and one party, by one organisation.
struct Pair {
  OperatorId op;
  std::string organisation;
  std::string subject_key;
};
absl::StatusOr<std::optional<MatchDecision>> FindDecision(store::ReadTx& tx, const Pair& pair);
// Those that there are of many, in no order; quick when there is none.
absl::StatusOr<std::vector<MatchDecision>> FindDecisions(store::ReadTx& tx,
                                                         const std::vector<Pair>& pairs);
absl::StatusOr<std::optional<MatchDecision>> FindDecision(store::ReadTx& tx, const OperatorId& op,
                                                          const DecisionId& id);

struct DecisionQuery {
  std::string organisation;
  OperatorId op;  // empty: all
  std::string after;
  int limit = 0;
};
absl::StatusOr<std::vector<MatchDecision>> ListDecisions(store::ReadTx& tx,
                                                         const DecisionQuery& query);

// 依法删除: decisions about a listed party, and those in which it is the subject. While its names
// are still known.
absl::Status EraseDecisionsAbout(store::WriteTx& tx, const OperatorId& op);

}  // namespace shian::sanction
