#include "services/trace/recall/conduct.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/trace/recall/limits.h"

namespace shian::trace {
namespace {

using errors::Reason;

absl::Status Refused(Reason reason, const Recall& recall, const errors::Basis& basis) {
  return errors::Refuse(reason, {{"name", recall.name()}}, basis);
}

bool IsUnderWay(const Recall& recall) {
  return recall.state == RecallState::kFrozen || recall.state == RecallState::kCompleted;
}

// The first notices by their ids, and how many there are.
std::string NameNotices(const std::vector<std::string>& ids) {
  const size_t named = std::min(ids.size(), limits::kNamedNoticesMax);
  const std::string first = absl::StrJoin(ids.begin(), ids.begin() + named, "、");
  return absl::StrCat("通知", first, named < ids.size() ? "等" : "", "共", ids.size(),
                      "份未签收也未说明");
}

}  // namespace

absl::Status CheckPlanTaken(const Recall& recall, const errors::Basis& basis) {
  if (recall.state == RecallState::kProposed || recall.state == RecallState::kFrozen) {
    return absl::OkStatus();
  }
  return Refused(Reason::kRecallPlanNotTaken, recall, basis);
}

absl::Status Assess(const Recall& recall, int last, const errors::Basis& basis,
                    PlanAssessment assessment, RecallPlan* plan) {
  const bool open = recall.state == RecallState::kProposed || IsUnderWay(recall);
  if (!open || plan->assessment || plan->number != last) {
    return errors::Refuse(Reason::kRecallPlanNotOpen, {{"name", plan->name()}}, basis);
  }
  plan->assessment = std::move(assessment);
  return absl::OkStatus();
}

absl::Status Extend(const ExtensionLimit& limit, int times, const calendar::Due& due, int count,
                    absl::Time now, Recall* recall) {
  if (recall->state != RecallState::kFrozen)
    return Refused(Reason::kRecallNotFrozen, *recall, limit.basis);
  const bool in_time = due.pending || now <= due.due;
  if (!in_time || times >= limit.times_max || count > limit.count_max) {
    return errors::Refuse(Reason::kRecallNotExtensible,
                          {{"name", recall->name()},
                           {"times", absl::StrCat(limit.times_max)},
                           {"max", limit.count_max_zh}},
                          limit.basis);
  }
  recall->extension_count += count;
  ++recall->version;
  return absl::OkStatus();
}

absl::Status Order(const calendar::Due& due, const errors::Basis& basis, absl::Time now,
                   Recall* recall) {
  if (recall->state != RecallState::kProposed)
    return Refused(Reason::kRecallNotProposed, *recall, basis);
  if (recall->ordered() || due.pending || now <= due.due) {
    return errors::Refuse(Reason::kRecallNotOverdue, {{"name", recall->name()}}, basis);
  }
  recall->order_time = now;
  ++recall->version;
  return absl::OkStatus();
}

std::string Disposal::name() const {
  return absl::StrCat("recalls/", recall, "/disposals/", number);
}

absl::Status CheckDisposable(const Recall& recall, const errors::Basis& basis) {
  return IsUnderWay(recall) ? absl::OkStatus() : Refused(Reason::kRecallNotFrozen, recall, basis);
}

absl::Status CheckDisposal(const Recall& recall, const DisposalRule& rule, const Disposal& row) {
  if (!rule.in_class) {
    return errors::Refuse(Reason::kRecallMeasureNotAllowed,
                          {{"name", recall.name()}, {"measure", rule.title_zh}}, rule.basis);
  }
  // "Not announced" is the end of time, after every act.
  if (rule.advance_report && row.announced > row.time) {
    return errors::Refuse(Reason::kRecallDisposalUnannounced, {{"measure", rule.title_zh}},
                          rule.basis);
  }
  return absl::OkStatus();
}

absl::Status CheckTakeBack(const Disposal& earlier, const errors::Basis& basis) {
  if (earlier.stands()) return absl::OkStatus();
  return errors::Refuse(Reason::kRecallDisposalTakenBack, {{"name", earlier.name()}}, basis);
}

absl::Status Close(const ClosingState& state, const errors::Basis& basis, absl::Time now,
                   Recall* recall) {
  if (recall->state != RecallState::kCompleted) {
    return Refused(Reason::kRecallNotCompleted, *recall, basis);
  }
  std::vector<std::string> missing;
  if (!state.plan_accepted) missing.push_back("召回计划未经评估通过");
  if (!state.unanswered.empty()) missing.push_back(NameNotices(state.unanswered));
  if (!state.disposed && !state.no_disposal_explained) {
    missing.push_back("没有处置记录也未说明原因");
  }
  if (!missing.empty()) {
    return errors::Refuse(Reason::kRecallClosingIncomplete,
                          {{"name", recall->name()}, {"missing", absl::StrJoin(missing, "；")}},
                          basis);
  }
  recall->state = RecallState::kClosed;
  recall->close_time = now;
  ++recall->version;
  return absl::OkStatus();
}

}  // namespace shian::trace
