// A trace being told as a stream: followed on a snapshot, outside of any transaction, and then told
// piece by piece.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/rpc/edge.h"
#include "libs/rpc/page.h"
#include "services/trace/genealogy/convert.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/service_lots.h"

namespace shian::trace::genealogy {

// How far an answer came: the state of the graph that it began with and, for each direction, what
// was spent and told. A trace goes on by following the same way again, which costs little, and
// telling what comes after.
struct Progress {
  View view;
  struct Leg {
    int64_t edges = 0;
    int64_t lots = 0;
  };
  Leg legs[2];
};
std::string ToText(const Progress& progress);
absl::StatusOr<Progress> ToProgress(const std::string& text);

class Telling {
 public:
  // `place` is held as long as it is told.
  Telling(rpc::Edge& edge, std::shared_ptr<const Graph> graph, Question question,
          rpc::PageStart page, const Progress& progress, absl::Time deadline,
          std::shared_ptr<void> place);

  // Fills the next piece; false when it was the last.
  absl::StatusOr<bool> Next(v1::StreamTraceResponse* out);

 private:
  void Follow();
  bool Advance();
  bool PieceIsFull(int rows) const;
  absl::Status Read(v1::StreamTraceResponse* out);
  absl::Status Fill(store::ReadTx& tx, v1::StreamTraceResponse* out);
  absl::Status FillLots(store::ReadTx& tx, v1::StreamTraceResponse* out);
  absl::Status FillEdges(store::ReadTx& tx, v1::StreamTraceResponse* out);
  absl::Status FillEvents(store::ReadTx& tx, v1::StreamTraceResponse* out);
  absl::Status AddWay(store::ReadTx& tx, const ReachedLot& lot, v1::TracedLot* to);
  void Finish(v1::StreamTraceResponse* out);

  rpc::Edge& edge_;
  const std::shared_ptr<const Graph> graph_;
  const Question question_;
  const rpc::PageStart page_;
  const absl::Time deadline_;
  Progress progress_;
  LotTeller teller_;
  std::vector<NodeId> seeds_;
  v1::TraceSummary summary_;
  size_t leg_ = 0;      // the next direction to follow
  bool walked_ = true;  // as far as it was followed, nothing was left out
  TraceResult result_;
  std::optional<Edges> edges_;
  std::vector<EventIndex> events_;
  size_t lots_told_ = 0, events_told_ = 0;
  absl::Time piece_until_;
  const std::shared_ptr<void> place_;
};

}  // namespace shian::trace::genealogy
