#pragma once

#include <map>
#include <string>

#include "libs/ledger/consumer.h"
#include "services/credit/rating/convert.h"

namespace shian::credit {

// What each peer's facts do here: they are filed, and where policy says so a grade is determined in
// the same transaction.
std::map<std::string, ledger::Reactions> RatingReactions(const RulesSource& rules);

// Writes a determination with its fact and its public card.
absl::Status Publish(store::WriteTx& tx, absl::string_view region, Determination* determination,
                     const Outcome& outcome);

}  // namespace shian::credit
