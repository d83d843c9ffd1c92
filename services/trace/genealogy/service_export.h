// A chain's records being written as a file, piece by piece: what they are is found first, on a
// snapshot; each piece is a short transaction.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/hash.h"
#include "libs/rpc/edge.h"
#include "services/trace/genealogy/convert.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::genealogy {

class Export {
 public:
  // `place` is held as long as it is written.
  Export(rpc::Edge& edge, std::shared_ptr<const Graph> graph, ExportQuestion question,
         absl::Time deadline, std::shared_ptr<void> place);

  // Fills the next piece; false when it was the last.
  absl::StatusOr<bool> Next(v1::ExportRecordsResponse* out);

 private:
  void Find();
  absl::Status Read();
  absl::Status Fill(store::ReadTx& tx);
  absl::StatusOr<std::string> TextOf(store::ReadTx& tx, EventIndex event);
  absl::StatusOr<std::string> OperatorAt(store::ReadTx& tx, const std::string& place);

  rpc::Edge& edge_;
  const std::shared_ptr<const Graph> graph_;
  const ExportQuestion question_;
  const absl::Time deadline_;
  const View view_;
  v1::ExportSummary summary_;
  bool found_ = false, ended_ = false;
  std::vector<EventIndex> events_;  // in the order of time
  size_t told_ = 0;
  std::string rest_;  // of the file, not yet sent
  Sha256Stream digest_;
  std::map<std::string, std::string> operators_;  // few places serve many events
  const std::shared_ptr<void> place_;
};

}  // namespace shian::trace::genealogy
