#include "services/trace/genealogy/service_telling.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace::genealogy {

std::string ToText(const Progress& progress) {
  return absl::StrCat(progress.view.upto, "/", progress.legs[0].edges, "/", progress.legs[0].lots,
                      "/", progress.legs[1].edges, "/", progress.legs[1].lots);
}

absl::StatusOr<Progress> ToProgress(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  Progress progress;
  int64_t* const fields[] = {&progress.view.upto, &progress.legs[0].edges, &progress.legs[0].lots,
                             &progress.legs[1].edges, &progress.legs[1].lots};
  bool good = parts.size() == std::size(fields);
  for (size_t i = 0; good && i < std::size(fields); ++i) {
    good = absl::SimpleAtoi(parts[i], fields[i]) && *fields[i] >= 0;
  }
  if (!good) return errors::Refuse(errors::Reason::kPageTokenInvalid);
  return progress;
}

Telling::Telling(rpc::Edge& edge, std::shared_ptr<const Graph> graph, Question question,
                 rpc::PageStart page, const Progress& progress, absl::Time deadline,
                 std::shared_ptr<void> place)
    : edge_(edge),
      graph_(std::move(graph)),
      question_(std::move(question)),
      page_(std::move(page)),
      deadline_(deadline),
      progress_(progress),
      teller_(*graph_, progress.view),
      place_(std::move(place)) {
  for (const std::string& seed : question_.seeds) {
    const NodeId lot = graph_->Find(seed);
    lot == kNone ? summary_.add_unknown_seeds(seed) : seeds_.push_back(lot);
  }
  summary_.set_complete(true);
  summary_.set_event_sequence(progress_.view.upto);
}

void Telling::Follow() {
  const Direction direction = question_.directions[leg_];
  Progress::Leg& leg = progress_.legs[leg_++];
  // What was followed before is followed again without being paid for.
  const Budget budget = {leg.edges + question_.max_edges, deadline_, leg.edges, question_.budget};
  summary_.clear_unknown_kill_steps();
  const SpreadRule rule = question_.spread.On(*graph_, summary_.mutable_unknown_kill_steps());
  result_ = question_.in_time
                ? WalkBesideInTime(*graph_, progress_.view, seeds_, direction, budget, rule)
                : WalkBeside(*graph_, progress_.view, seeds_, direction, budget, rule);
  Purse findings({limits::kStreamEdgesMax, deadline_, 0, question_.budget});
  AddToSummary(*graph_, progress_.view, result_, &findings, &summary_);
  walked_ = walked_ && result_.complete();
  lots_told_ = std::min(static_cast<size_t>(leg.lots), result_.lots.size());
  // A deadline may end it before it came as far as last time: it goes on from there all the same.
  leg.edges = std::max(leg.edges, result_.edges);
  leg.lots = std::max(leg.lots, static_cast<int64_t>(result_.lots.size()));
  edges_.reset();
  events_.clear();
  events_told_ = 0;
  if (question_.detail == v1::TRACE_DETAIL_COUNTS) {
    lots_told_ = result_.lots.size();
  } else if (question_.detail == v1::TRACE_DETAIL_EDGES) {
    edges_.emplace(*graph_, progress_.view, result_);
  } else if (question_.detail == v1::TRACE_DETAIL_EVENTS) {
    Purse purse({question_.max_edges, deadline_, 0, question_.budget});
    events_ = EventsOf(*graph_, progress_.view, result_, &purse);
    if (summary_.complete()) NoteStop(purse.stopped_by(), &summary_);
  }
}

// Whether there is something left to tell; follows the next direction when it comes to it.
bool Telling::Advance() {
  while (true) {
    const bool told = lots_told_ == result_.lots.size() && (!edges_ || edges_->done()) &&
                      events_told_ == events_.size();
    if (!told) return true;
    if (leg_ == question_.directions.size() || !walked_) return false;
    Follow();
  }
}

absl::StatusOr<bool> Telling::Next(v1::StreamTraceResponse* out) {
  if (Advance()) {
    RETURN_IF_ERROR(Read(out));
    if (Advance()) return true;
  }
  Finish(out);
  return false;
}

// One piece in one transaction, which is brief whatever the lots are like.
absl::Status Telling::Read(v1::StreamTraceResponse* out) {
  piece_until_ = absl::Now() + absl::Milliseconds(limits::kPieceMillisMax);
  absl::Status status;
  absl::Notification done;
  edge_.store().Read([this, out](store::ReadTx& tx) { return Fill(tx, out); },
                     {.deadline = deadline_},
                     [&](absl::Status read) {
                       status = std::move(read);
                       done.Notify();
                     });
  done.WaitForNotification();
  return status;
}

bool Telling::PieceIsFull(int rows) const {
  return rows >= limits::kPieceRowsMax || (rows > 0 && absl::Now() > piece_until_);
}

absl::Status Telling::Fill(store::ReadTx& tx, v1::StreamTraceResponse* out) {
  RETURN_IF_ERROR(FillLots(tx, out));
  if (lots_told_ < result_.lots.size()) return absl::OkStatus();
  RETURN_IF_ERROR(FillEdges(tx, out));
  return FillEvents(tx, out);
}

absl::Status Telling::FillLots(store::ReadTx& tx, v1::StreamTraceResponse* out) {
  for (; lots_told_ < result_.lots.size() && !PieceIsFull(out->lots_size()); ++lots_told_) {
    const ReachedLot& lot = result_.lots[lots_told_];
    v1::TracedLot& to = *out->add_lots();
    RETURN_IF_ERROR(teller_.Tell(tx, lot, result_.direction, &to));
    if (question_.detail == v1::TRACE_DETAIL_PATHS) RETURN_IF_ERROR(AddWay(tx, lot, &to));
  }
  return absl::OkStatus();
}

absl::Status Telling::AddWay(store::ReadTx& tx, const ReachedLot& lot, v1::TracedLot* to) {
  const Step step = WayTo(*graph_, progress_.view, result_, lot);
  if (step.from == kNone) return absl::OkStatus();
  v1::TraceStep& told = *to->add_steps();
  told = ToProto(*graph_, step);
  if (step.process == kNone) return absl::OkStatus();
  ASSIGN_OR_RETURN(*told.mutable_process(), teller_.ProcessName(tx, step.process));
  if (step.beside == kNone) return absl::OkStatus();
  ASSIGN_OR_RETURN(*told.mutable_beside(), teller_.ProcessName(tx, step.beside));
  return absl::OkStatus();
}

absl::Status Telling::FillEdges(store::ReadTx& tx, v1::StreamTraceResponse* out) {
  while (edges_ && !edges_->done() && !PieceIsFull(out->edges_size())) {
    const Edge edge = edges_->Take();
    v1::TraceEdge& told = *out->add_edges();
    told = ToProto(*graph_, edge);
    if (edge.process == kNone) continue;
    ASSIGN_OR_RETURN(*told.mutable_process(), teller_.ProcessName(tx, edge.process));
    if (edge.beside == kNone) continue;
    ASSIGN_OR_RETURN(*told.mutable_beside(), teller_.ProcessName(tx, edge.beside));
  }
  return absl::OkStatus();
}

absl::Status Telling::FillEvents(store::ReadTx& tx, v1::StreamTraceResponse* out) {
  for (; events_told_ < events_.size() && !PieceIsFull(out->events_size()); ++events_told_) {
    ASSIGN_OR_RETURN(*out->add_events(), capture::NameOfEvent(tx, events_[events_told_]));
  }
  return absl::OkStatus();
}

void Telling::Finish(v1::StreamTraceResponse* out) {
  if (!walked_) {
    summary_.set_resume(rpc::NextPage(page_, ToText(progress_), edge_.clock().Now()));
  }
  *out->mutable_summary() = std::move(summary_);
}

}  // namespace shian::trace::genealogy
