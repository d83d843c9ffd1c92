// proto <-> domain for decisions about matches.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/sanction/match/decision.h"
#include "services/sanction/party/convert.h"
#include "shian/sanction/v1/match.pb.h"

namespace shian::sanction::convert {

// A unified social credit code, or what was used before it: an organisation code, alone or behind
// the region in a taxpayer number. False when it is none of them.
bool TakeCode(const std::string& code, Subject* subject);

// A subject of which the name is known, so that there is something to compare.
Subject ToNamedSubject(const v1::MatchSubject& in, Reader* reader);

// Which clock a decision starts.
absl::string_view PeriodOf(MatchVerdict verdict);
// Derives the period of its last decision.
absl::Status FillPeriod(store::ReadTx& tx, const policy::Policies& policies,
                        MatchDecision* decision);

v1::MatchDecision ToProto(const MatchDecision& decision, const Standing& standing);

}  // namespace shian::sanction::convert
