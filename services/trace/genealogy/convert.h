#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/trace/genealogy/trace.h"
#include "shian/trace/v1/genealogy_service.pb.h"

namespace shian::trace::genealogy {

struct Question {
  std::vector<std::string> seeds;  // canonical, each once
  std::vector<Direction> directions;
  v1::TraceDetail detail = v1::TRACE_DETAIL_LOTS;
  absl::Time known_at = absl::InfiniteFuture();
  int64_t max_edges = 0;
  absl::Duration budget;
};
absl::StatusOr<Question> ToQuestion(const v1::TraceRequest& in);

struct ContentsQuestion {
  std::string unit;
  absl::Time as_of;
  absl::Time known_at = absl::InfiniteFuture();
};
absl::StatusOr<ContentsQuestion> ToQuestion(const v1::ListContentsRequest& in, absl::Time now);

v1::TraceStep ToProto(const Graph& graph, const Step& step);
v1::TraceDirection ToProto(Direction direction);
// Adds one direction's numbers and findings to the summary of a trace.
void AddToSummary(const Graph& graph, View view, const TraceResult& result,
                  v1::TraceSummary* summary);

}  // namespace shian::trace::genealogy
