#include "services/sanction/case/ending.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

absl::Status NotFinished(const char* what, const Step& step) {
  return Refuse(Reason::kCaseNotFinished, {{"missing", what}}, step.basis);
}

absl::Status Done(const Step& step, const char* title) {
  return Refuse(Reason::kStepAlreadyDone, {{"step", title}}, step.basis);
}

absl::Status CheckExecution(const Case& c, const Step& step) {
  if (!c.Has(Act::kDecisionServed)) return Refuse(Reason::kDecisionNotServed, {}, step.basis);
  return c.Has(Act::kExecuted) ? Done(step, "执行完毕") : absl::OkStatus();
}

absl::Status CheckWithPolice(const Case& c, const Step& step) {
  const Event* answered = c.Last(Act::kPoliceAnswered);
  const bool filed = IsWithPolice(c) && answered != nullptr &&
                     answered->detail.transfer->answer == PoliceAnswer::kFiled;
  return filed ? absl::OkStatus() : NotFinished("公安机关立案", step);
}

}  // namespace

const Event* OpenSupervision(const Case& c) {
  const Event* opened = c.Last(Act::kSupervisionOpened);
  if (opened == nullptr) return nullptr;
  const Event* checked = c.Last(Act::kSupervisionChecked);
  const bool passed = checked != nullptr && checked->sequence > opened->sequence &&
                      checked->detail.supervision->passed;
  return passed ? nullptr : opened;
}

const Event* OpenMending(const Case& c) {
  const Event* reviewed = c.Last(Act::kFileReviewed);
  if (reviewed == nullptr || !reviewed->detail.review->mending_required) return nullptr;
  const Event* mended = c.Last(Act::kFileMended);
  return mended != nullptr && mended->sequence > reviewed->sequence ? nullptr : reviewed;
}

absl::Status CheckEndingAct(const Case& c, const Step& step) {
  const bool supervised = OpenSupervision(c) != nullptr;
  switch (step.act) {
    case Act::kSupervisionOpened:
      return supervised ? Done(step, "挂牌督办") : absl::OkStatus();
    case Act::kProgressReported:
    case Act::kSupervisionChecked:
      return supervised ? absl::OkStatus() : Refuse(Reason::kSupervisionNotOpen, {}, step.basis);
    case Act::kExecuted:
      return CheckExecution(c, step);
    case Act::kClosed:
      if (!HeldThings(c).empty()) return NotFinished("物品处理", step);
      if (IsTransferPending(c)) return NotFinished("移送公安机关", step);
      return supervised ? NotFinished("办结核查", step) : absl::OkStatus();
    case Act::kFileReviewed:
      return IsClosed(c) ? absl::OkStatus() : Refuse(Reason::kCaseNotClosed, {}, step.basis);
    default:
      return OpenMending(c) != nullptr ? absl::OkStatus()
                                       : Refuse(Reason::kNothingToMend, {}, step.basis);
  }
}

absl::Status CheckClosing(const Case& c, CaseOutcome outcome, const Step& step) {
  switch (outcome) {
    case CaseOutcome::kExecuted:
      return c.Has(Act::kExecuted) ? absl::OkStatus() : NotFinished("执行完毕", step);
    case CaseOutcome::kTransferred:
      return CheckWithPolice(c, step);
    default:
      break;
  }
  // A decided penalty is carried out or set aside; a case that the police have is theirs.
  if (c.Has(Act::kPenaltyDecided)) return NotFinished("执行完毕", step);
  return IsWithPolice(c) ? NotFinished("公安机关答复", step) : absl::OkStatus();
}

absl::Status CheckSupervisionDue(const Supervision& supervision, absl::Time now) {
  if (*supervision.due > ToDate(now)) return absl::OkStatus();
  return errors::InvalidField("supervision.due_date", {"must be to come", "应为将来的日期"});
}

absl::Status ScoreFile(const std::vector<ReviewItem>& items, FileReview* review) {
  errors::Violations wrong;
  review->points = review->points_max = 0;
  for (const ReviewItem& item : items) {
    const auto score = review->scores.find(item.key);
    if (score == review->scores.end() || score->second > item.points_max) {
      wrong.Add("review.scores", {absl::StrCat("must give ", item.key, " 0 to ", item.points_max),
                                  absl::StrCat(item.title, "应为0至", item.points_max, "分")});
      continue;
    }
    review->points += score->second;
    review->points_max += item.points_max;
  }
  if (review->scores.size() > items.size()) {
    wrong.Add("review.scores", {"must name items of the rule", "应为评查标准中的项目"});
  }
  return wrong.ToStatus();
}

}  // namespace shian::sanction
