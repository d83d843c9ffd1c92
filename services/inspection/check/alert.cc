#include "services/inspection/check/alert.h"

#include "libs/errors/errors.h"

namespace shian::inspection::check {

AlertState StateOf(const Alert& alert) {
  if (alert.settled) return AlertState::kSettled;
  return alert.withdrawn ? AlertState::kWithdrawn : AlertState::kOpen;
}

absl::Status CheckOpen(const Alert& alert) {
  if (StateOf(alert) == AlertState::kOpen) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kStepAlreadyDone, {{"step", kVerifyTitle}});
}

void EraseTexts(Alert& alert) {
  alert.subject.clear();
  alert.place.clear();
  alert.summary.clear();
  if (alert.settled) alert.settled->reason.clear();
}

}  // namespace shian::inspection::check
