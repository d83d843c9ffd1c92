#include "services/trace/genealogy/service_export.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/verdict.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/sheet.h"
#include "services/trace/genealogy/store.h"

namespace shian::trace::genealogy {

Export::Export(rpc::Edge& edge, std::shared_ptr<const Graph> graph, ExportQuestion question,
               absl::Time deadline, std::shared_ptr<void> place)
    : edge_(edge),
      graph_(std::move(graph)),
      question_(std::move(question)),
      deadline_(deadline),
      view_(ViewAt(*graph_, question_.known_at)),
      place_(std::move(place)) {
  summary_.set_complete(true);
  summary_.set_event_sequence(view_.upto);
}

void Export::Find() {
  std::vector<NodeId> seeds;
  for (const std::string& seed : question_.seeds) {
    const NodeId lot = graph_->Find(seed);
    lot == kNone ? summary_.add_unknown_seeds(seed) : seeds.push_back(lot);
  }
  const auto note = [this](StoppedBy stopped_by) {
    if (stopped_by == StoppedBy::kNothing || !summary_.complete()) return;
    summary_.set_complete(false);
    summary_.set_stopped_by(ToText(stopped_by));
  };
  absl::flat_hash_set<NodeId> lots;
  for (const Direction direction : question_.directions) {
    const Budget budget = {question_.max_edges, deadline_, 0, question_.budget};
    const TraceResult result = Walk(*graph_, view_, seeds, direction, budget);
    for (const ReachedLot& lot : result.lots) lots.insert(lot.lot);
    note(result.stopped_by);
    Purse purse(budget);
    const std::vector<EventIndex> events = EventsOf(*graph_, view_, result, &purse);
    note(purse.stopped_by());
    events_.insert(events_.end(), events.begin(), events.end());
  }
  summary_.set_lots(static_cast<int64_t>(lots.size()));
  const auto time_of = [this](EventIndex event) { return graph_->EventAt(event).time; };
  events_.erase(std::remove_if(events_.begin(), events_.end(),
                               [&](EventIndex event) {
                                 return time_of(event) < question_.from ||
                                        time_of(event) >= question_.to;
                               }),
                events_.end());
  std::sort(events_.begin(), events_.end(), [&](EventIndex a, EventIndex b) {
    return std::make_tuple(time_of(a), a) < std::make_tuple(time_of(b), b);
  });
  events_.erase(std::unique(events_.begin(), events_.end()), events_.end());
  summary_.set_events(static_cast<int64_t>(events_.size()));
}

absl::StatusOr<bool> Export::Next(v1::ExportRecordsResponse* out) {
  const bool document = question_.format == v1::EXPORT_FORMAT_JSON_LD;
  if (!found_) {
    found_ = true;
    Find();
    rest_ = document ? DocumentHead(edge_.clock().Now()) : SheetHead();
  }
  if (rest_.size() < limits::kExportPieceBytes && told_ < events_.size()) {
    RETURN_IF_ERROR(Read());
  }
  if (document && told_ == events_.size() && !ended_) rest_ += kDocumentTail;
  ended_ = told_ == events_.size();
  out->set_data(rest_.substr(0, limits::kExportPieceBytes));
  rest_.erase(0, out->data().size());
  digest_.Update(out->data());
  if (!ended_ || !rest_.empty()) return true;
  summary_.set_sha256(digest_.Finish());
  *out->mutable_summary() = std::move(summary_);
  return false;
}

absl::Status Export::Read() {
  absl::Status status;
  absl::Notification done;
  edge_.store().Read([this](store::ReadTx& tx) { return Fill(tx); }, {.deadline = deadline_},
                     [&](absl::Status read) {
                       status = std::move(read);
                       done.Notify();
                     });
  done.WaitForNotification();
  return status;
}

absl::Status Export::Fill(store::ReadTx& tx) {
  const absl::Time until = absl::Now() + absl::Milliseconds(limits::kPieceMillisMax);
  while (told_ < events_.size() && rest_.size() < limits::kExportPieceBytes &&
         absl::Now() < until) {
    ASSIGN_OR_RETURN(const std::string text, TextOf(tx, events_[told_]));
    if (told_ > 0 && question_.format == v1::EXPORT_FORMAT_JSON_LD) rest_ += kDocumentSeparator;
    rest_ += text;
    ++told_;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Export::TextOf(store::ReadTx& tx, EventIndex event) {
  ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx, event));
  if (!stored) return absl::DataLossError("capture_event has lost a row");
  if (question_.format == v1::EXPORT_FORMAT_JSON_LD) return DocumentEvent(stored->event);
  const SheetEvent of{stored->event, EventName(stored->event.hash, stored->declaration),
                      stored->recorded, stored->origin.system};
  return SheetLines(of, [&](const std::string& place) { return OperatorAt(tx, place); });
}

absl::StatusOr<std::string> Export::OperatorAt(store::ReadTx& tx, const std::string& place) {
  const auto known = operators_.find(place);
  if (known != operators_.end()) return known->second;
  ASSIGN_OR_RETURN(const std::string found, genealogy::OperatorAt(tx, place));
  return operators_.emplace(place, found).first->second;
}

}  // namespace shian::trace::genealogy
