#include "services/trace/recall/recall.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace shian::trace {

RecallClass ClassOf(Hazard hazard) {
  switch (hazard) {
    case Hazard::kSevere:
      return RecallClass::kOne;
    case Hazard::kLabel:
      return RecallClass::kThree;
    case Hazard::kGeneral:
    case Hazard::kUnknown:
      return RecallClass::kTwo;
  }
  return RecallClass::kTwo;
}

std::vector<std::string> Recall::seeds() const {
  std::vector<std::string> all;
  if (!lot.empty()) all.push_back(lot);
  all.insert(all.end(), further_seeds.begin(), further_seeds.end());
  return all;
}

std::vector<DutyClock> ClocksOf(const Recall& recall) {
  std::vector<DutyClock> clocks = {{Duty::kStart, recall.start_rule, recall.known_time,
                                    std::min(recall.freeze_time, recall.withdraw_time)}};
  if (recall.frozen()) {
    clocks.push_back({Duty::kFinish, recall.finish_rule, recall.freeze_time,
                      std::min(recall.complete_time, recall.withdraw_time),
                      recall.extension_count});
  }
  return clocks;
}

bool RanOut(const DutyClock& clock, const calendar::Due& due, absl::Time now) {
  return !due.pending && now > due.due && clock.done > due.due;
}

void ApplyClass(RecallClass recall_class, const ClassRule& rule, Recall* recall) {
  recall->recall_class = recall_class;
  recall->policy_revision = rule.policy_revision;
  recall->deadline_revision = rule.start.policy_revision;
  recall->start_rule = rule.start.key;
  recall->finish_rule = rule.finish.key;
  recall->basis = rule.basis;
}

absl::StatusOr<std::vector<Notice>> Freeze(const Scope& scope, const Officer& officer,
                                           absl::Time now, Recall* recall) {
  if (recall->state != RecallState::kProposed) {
    return errors::Refuse(errors::Reason::kRecallNotProposed, {{"name", recall->name()}},
                          recall->basis);
  }
  if (!scope.complete) {
    return errors::Refuse(errors::Reason::kRecallScopeIncomplete, {{"name", recall->name()}});
  }
  recall->state = RecallState::kFrozen;
  recall->freeze_time = now;
  recall->frozen_by = officer;
  recall->scope_sequence = scope.sequence;
  recall->lot_count = static_cast<int64_t>(scope.lots.size());
  recall->holder_count = static_cast<int64_t>(scope.holders.size());
  ++recall->version;
  std::vector<Notice> notices;
  for (const ScopeHolder& holder : scope.holders) {
    Notice notice;
    notice.recall = recall->id;
    notice.id = absl::StrFormat("%06d", notices.size() + 1);
    notice.holder = holder;
    notice.issue_time = now;
    notices.push_back(std::move(notice));
  }
  return notices;
}

bool Confirm(Recall* recall) {
  if (recall->confirmed || recall->state == RecallState::kWithdrawn) return false;
  recall->confirmed = true;
  ++recall->version;
  return true;
}

bool Withdraw(absl::string_view reason, absl::Time now, Recall* recall) {
  if (recall->state == RecallState::kWithdrawn || recall->state == RecallState::kClosed) {
    return false;
  }
  recall->state = RecallState::kWithdrawn;
  recall->withdraw_reason = std::string(reason);
  recall->withdraw_time = now;
  ++recall->version;
  return true;
}

absl::Status Complete(absl::Time now, Recall* recall) {
  if (recall->state != RecallState::kFrozen) {
    return errors::Refuse(errors::Reason::kRecallNotFrozen, {{"name", recall->name()}},
                          recall->basis);
  }
  recall->state = RecallState::kCompleted;
  recall->complete_time = now;
  ++recall->version;
  return absl::OkStatus();
}

absl::Status Acknowledge(const Acknowledgement& answer, absl::Time now, Recall* recall,
                         Notice* notice) {
  if (recall->state != RecallState::kFrozen && recall->state != RecallState::kCompleted) {
    return errors::Refuse(errors::Reason::kRecallEnded, {{"name", recall->name()}});
  }
  if (notice->state == NoticeState::kIssued) {
    notice->state = NoticeState::kAcknowledged;
    notice->acknowledge_time = now;
    ++recall->acknowledged_count;
    ++recall->version;
  }
  notice->recovered_quantity = answer.recovered_quantity;
  notice->recovered_uom = answer.recovered_uom;
  notice->remark = answer.remark;
  ++notice->version;
  return absl::OkStatus();
}

}  // namespace shian::trace
