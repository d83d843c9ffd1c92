// How a case ends: supervision by a superior (挂牌督办), execution (执行), closing (结案), and the
// review of its file (案卷评查).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// The act that put the case under a supervision whose closing check is not passed; null without
// one.
const Event* OpenSupervision(const Case& c);
// The review whose mending is not recorded; null without one.
const Event* OpenMending(const Case& c);

absl::Status CheckEndingAct(const Case& c, const Step& step);
// That nothing stands open that this way of closing needs: CASE_NOT_FINISHED.
absl::Status CheckClosing(const Case& c, CaseOutcome outcome, const Step& step);
// That the day by which a superior wants the case finished is to come.
absl::Status CheckSupervisionDue(const Supervision& supervision, absl::Time now);

struct ReviewItem {
  std::string key;
  std::string title;
  int points_max = 0;
};
// Sums up the scores; INVALID_ARGUMENT unless every item has one within its points.
absl::Status ScoreFile(const std::vector<ReviewItem>& items, FileReview* review);

}  // namespace shian::sanction
