#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/trace.h"
#include "shian/trace/v1/genealogy_service.pb.h"
#include "shian/trace/v1/lineage_service.pb.h"

namespace shian::trace::genealogy {

// How contamination goes on beside the goods, as a question has it.
struct SpreadQuestion {
  absl::Duration window;
  std::vector<std::string> kill_steps;  // web URIs
  // In the numbers of a graph; what no process ever was goes to `unknown`.
  SpreadRule On(const Graph& graph, google::protobuf::RepeatedPtrField<std::string>* unknown) const;
};

struct Question {
  std::vector<std::string> seeds;  // canonical, each once
  std::vector<Direction> directions;
  v1::TraceDetail detail = v1::TRACE_DETAIL_LOTS;
  absl::Time known_at = absl::InfiniteFuture();
  bool in_time = false;  // leave out what cannot have been
  SpreadQuestion spread;
  int64_t max_edges = 0;
  absl::Duration budget;
};
absl::StatusOr<Question> ToQuestion(const v1::TraceRequest& in);
absl::StatusOr<Question> ToQuestion(const v1::StreamTraceRequest& in);

struct ExportQuestion {
  std::vector<std::string> seeds;  // canonical, each once
  std::vector<Direction> directions;
  v1::ExportFormat format = v1::EXPORT_FORMAT_CSV;
  int64_t from = 0, to = 0;  // event times, microseconds
  absl::Time known_at = absl::InfiniteFuture();
  int64_t max_edges = 0;
  absl::Duration budget;
};
absl::StatusOr<ExportQuestion> ToQuestion(const v1::ExportRecordsRequest& in);

struct SourcesQuestion {
  std::vector<std::string> complaints;  // canonical, each once
  int least = 2;
  int most = 0;  // listed
  absl::Time known_at = absl::InfiniteFuture();
  int64_t max_edges = 0;
  absl::Duration budget;
};
absl::StatusOr<SourcesQuestion> ToQuestion(const v1::FindCommonSourcesRequest& in);

struct ContentsQuestion {
  std::string unit;
  absl::Time as_of;
  absl::Time known_at = absl::InfiniteFuture();
};
absl::StatusOr<ContentsQuestion> ToQuestion(const v1::ListContentsRequest& in, absl::Time now);

// Without the name of a process that is an event: see store.h.
v1::TraceStep ToProto(const Graph& graph, const Step& step);
v1::TraceEdge ToProto(const Graph& graph, const Edge& edge);
v1::TraceDirection ToProto(Direction direction);
// "max_edges" or "budget_ms"; empty when nothing stopped it.
std::string ToText(StoppedBy stopped_by);
// Says that the answer was cut short, if it was.
void NoteStop(StoppedBy stopped_by, v1::TraceSummary* summary);
// Adds one direction's numbers to the summary of a trace, and findings as far as the purse reaches.
void AddToSummary(const Graph& graph, View view, const TraceResult& result, Purse* purse,
                  v1::TraceSummary* summary);

}  // namespace shian::trace::genealogy
