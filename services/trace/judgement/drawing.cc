#include "services/trace/judgement/drawing.h"

#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"

namespace shian::trace {

Drawing::Drawing(const BalanceRule& rule, Subject subject, std::string lot)
    : subject_(subject), lot_(std::move(lot)), tally_(rule) {
  if (subject_ == Subject::kLot) tally_.NoteGoods(lot_);
}

void Drawing::AddEmptyings(const Evidence& events) {
  for (const EventIndex event : events) tally_.AddUnstated(event);
}

absl::Status Drawing::Add(const Evidence& events, size_t most, absl::Time until, ReadEvent read) {
  for (const EventIndex index : events) {
    if (events_ == static_cast<int64_t>(most)) {
      Stop("max_events");
      break;
    }
    if (absl::Now() > until) Stop("budget_ms");
    if (!stopped_by_.empty()) break;
    ASSIGN_OR_RETURN(const Event* event, read(index));
    AddEvent(*event, index);
  }
  return absl::OkStatus();
}

void Drawing::AddEvent(const Event& event, int64_t sequence) {
  ++events_;
  tally_.NoteStep(event.biz_step);
  if (EmptiesUnit(event) && subject_ == Subject::kOperator) tally_.AddUnstated(sequence);
  for (const Link& link : event.links) AddLink(event, link, sequence);
}

void Drawing::AddLink(const Event& event, const Link& link, int64_t sequence) {
  const bool of_process = subject_ == Subject::kProcess;
  if (subject_ == Subject::kLot && link.epc != lot_) return;
  const std::optional<Side> side =
      of_process ? SideOfProcess(link) : SideOfGoods(tally_.rule(), event, link);
  if (!side) return;
  if (of_process && *side == Side::kOut) tally_.NoteGoods(link.epc);
  tally_.Add(*side, link, sequence);
}

Balance Drawing::Judge(const Yield& yield) const {
  return stopped_by_.empty() ? tally_.Judge(yield) : tally_.Unjudged();
}

}  // namespace shian::trace
