// Which act may follow in a case, and which article says no.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/errors/errors.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

// An act someone wants to take now.
struct Step {
  Act act = Act::kFiled;
  absl::Time now;
  errors::Basis basis;  // the article behind the act, from the approval chain
};

// OK, or FAILED_PRECONDITION with the reason and the article. Who may take the act is another
// question: the approval chain answers it. Listing acts are judged by the listing module as well.
absl::Status CheckAct(const Case& c, const Step& step);

// The same for the penalty itself: it stays within what the party was told of.
absl::Status CheckPenalty(const Case& c, const Penalty& penalty, const Step& step);

// That the case, which shows as so many bytes, has room for one more act: CASE_FULL. What brings a
// case to its end always has.
absl::Status CheckRoom(const Case& c, size_t bytes, const Step& step);

// Whether a penalty of this class (null: of none) is published at all.
absl::Status CheckPublicity(const PublicityClass* publicity, const Step& step);

// When a document reached the party: not in the future, not before the last act.
absl::Status CheckServeTime(const Case& c, absl::Time served, absl::Time now);

}  // namespace shian::sanction
