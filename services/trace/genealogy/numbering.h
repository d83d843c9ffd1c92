// Gives what was captured the numbers that a graph will know it by.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

class Numbering {
 public:
  explicit Numbering(const Graph& graph);
  Records Of(const CapturedBatch& batch);

 private:
  void AddLots(const CapturedBatch& batch);
  void AddMoment(EventIndex event, absl::Time recorded);
  void AddEvent(const CapturedEvent& event);
  void AddFlows(const CapturedEvent& event, EventIndex index);
  void AddContainments(const CapturedEvent& event, EventIndex index);
  bool IsClass(NodeId lot) const;
  uint32_t PlaceNumber(const std::string& place);
  uint16_t StepNumber(const std::string& step);
  ProcessId ProcessOf(const std::string& transformation, EventIndex event);

  const Graph& graph_;
  Records records_;
  int64_t recorded_;
  absl::flat_hash_map<std::string, uint32_t> places_, steps_;
  absl::flat_hash_map<std::string, ProcessId> processes_;
};

}  // namespace shian::trace
