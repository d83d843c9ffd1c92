#include "services/trace/genealogy/service_lineage.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/answer_stream.h"
#include "libs/rpc/fields.h"
#include "services/trace/capture/convert.h"
#include "services/trace/genealogy/common_source.h"
#include "services/trace/genealogy/convert.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/service_export.h"
#include "services/trace/genealogy/service_telling.h"

namespace shian::trace {
namespace {

using genealogy::LiveGraph;

// Everything that says what is asked, without how much may be spent on it.
std::string FilterOf(v1::StreamTraceRequest in) {
  in.clear_resume();
  in.clear_max_edges();
  in.clear_budget_ms();
  in.clear_at_least_revision();
  return in.GetTypeName() + "\n" + rpc::DeterministicBytes(in);
}

absl::Status RequireKnown(const Graph& graph, const std::vector<std::string>& epcs) {
  const bool known = std::any_of(epcs.begin(), epcs.end(),
                                 [&](const std::string& epc) { return graph.Find(epc) != kNone; });
  return known ? absl::OkStatus() : errors::NotFound(epcs.front());
}

absl::StatusOr<rpc::Pieces<v1::StreamTraceResponse>> OpenTrace(rpc::Edge& edge, LiveGraph& live,
                                                               StreamPlaces& places,
                                                               const rpc::Call& call,
                                                               const v1::StreamTraceRequest& in,
                                                               store::ReadTx& tx) {
  ASSIGN_OR_RETURN(genealogy::Question question, genealogy::ToQuestion(in));
  ASSIGN_OR_RETURN(rpc::PageStart page, rpc::OpenPage(in.resume(), 0, FilterOf(in), call.now()));
  ASSIGN_OR_RETURN(const auto graph, live.Snapshot(tx));
  genealogy::Progress progress;
  progress.view = genealogy::ViewAt(*graph, question.known_at);
  if (!page.after.empty()) {
    ASSIGN_OR_RETURN(progress, genealogy::ToProgress(page.after));
  }
  for (const std::string& seed : question.seeds) {
    RETURN_IF_ERROR(genealogy::RequireSeed(call, *graph, progress.view, tx, seed));
  }
  RETURN_IF_ERROR(RequireKnown(*graph, question.seeds));
  std::shared_ptr<void> place = places.Take(call.system().id);
  if (place == nullptr) return errors::Refuse(errors::Reason::kShedInFlight);
  auto telling =
      std::make_shared<genealogy::Telling>(edge, graph, std::move(question), std::move(page),
                                           progress, call.deadline(), std::move(place));
  return [telling](v1::StreamTraceResponse* out) { return telling->Next(out); };
}

absl::StatusOr<rpc::Pieces<v1::ExportRecordsResponse>> OpenExport(
    rpc::Edge& edge, LiveGraph& live, StreamPlaces& places, const rpc::Call& call,
    const v1::ExportRecordsRequest& in, store::ReadTx& tx) {
  ASSIGN_OR_RETURN(genealogy::ExportQuestion question, genealogy::ToQuestion(in));
  ASSIGN_OR_RETURN(const auto graph, live.Snapshot(tx));
  const View view = genealogy::ViewAt(*graph, question.known_at);
  for (const std::string& seed : question.seeds) {
    RETURN_IF_ERROR(genealogy::RequireSeed(call, *graph, view, tx, seed));
  }
  RETURN_IF_ERROR(RequireKnown(*graph, question.seeds));
  std::shared_ptr<void> place = places.Take(call.system().id);
  if (place == nullptr) return errors::Refuse(errors::Reason::kShedInFlight);
  auto exported = std::make_shared<genealogy::Export>(edge, graph, std::move(question),
                                                      call.deadline(), std::move(place));
  return [exported](v1::ExportRecordsResponse* out) { return exported->Next(out); };
}

class SourcesAnswer {
 public:
  SourcesAnswer(const Graph& graph, View view, const genealogy::SourcesQuestion& question,
                v1::FindCommonSourcesResponse* out)
      : graph_(graph), question_(question), out_(*out), teller_(graph, view), view_(view) {}

  absl::Status Fill(store::ReadTx& tx) {
    std::vector<NodeId> complaints;
    for (const std::string& epc : question_.complaints) {
      const NodeId lot = graph_.Find(epc);
      if (lot == kNone) {
        out_.add_unknown_complaints(epc);
      } else {
        complaints.push_back(lot);
        names_.push_back(epc);
      }
    }
    const CommonSources found =
        FindCommonSources(graph_, view_, complaints, question_.least,
                          {question_.max_edges, absl::Now() + question_.budget});
    out_.set_complete(found.stopped_by == StoppedBy::kNothing);
    out_.set_stopped_by(genealogy::ToText(found.stopped_by));
    out_.set_source_count(static_cast<int64_t>(found.sources.size()));
    out_.set_lots(found.lots);
    out_.set_edges(found.edges);
    out_.set_event_sequence(view_.upto);
    const size_t listed = std::min(found.sources.size(), static_cast<size_t>(question_.most));
    for (size_t i = 0; i < listed; ++i) RETURN_IF_ERROR(Add(tx, found.sources[i]));
    return absl::OkStatus();
  }

 private:
  absl::Status Add(store::ReadTx& tx, const Source& source) {
    v1::CommonSource& to = *out_.add_sources();
    to.set_epc(graph_.NameOf(source.lot));
    to.set_kind(capture::ToProto(graph_.KindOf(source.lot)));
    to.set_complaints(source.count());
    for (size_t i = 0; i < names_.size(); ++i) {
      if ((source.reaches >> i & 1) == 0) to.add_missing(names_[i]);
    }
    to.set_depth(source.depth);
    ASSIGN_OR_RETURN(const bool seen, teller_.TellLastSeen(tx, source.lot, to.mutable_last_seen()));
    if (!seen) to.clear_last_seen();
    return absl::OkStatus();
  }

  const Graph& graph_;
  const genealogy::SourcesQuestion& question_;
  v1::FindCommonSourcesResponse& out_;
  genealogy::LotTeller teller_;
  const View view_;
  std::vector<std::string> names_;  // of the complaints that are known
};

absl::Status AnswerSources(LiveGraph& live, const rpc::Call& call,
                           const v1::FindCommonSourcesRequest& in, store::ReadTx& tx,
                           v1::FindCommonSourcesResponse* out) {
  ASSIGN_OR_RETURN(const genealogy::SourcesQuestion question, genealogy::ToQuestion(in));
  return live.Read(tx, [&](const Graph& graph) -> absl::Status {
    const View view = genealogy::ViewAt(graph, question.known_at);
    for (const std::string& epc : question.complaints) {
      RETURN_IF_ERROR(genealogy::RequireSeed(call, graph, view, tx, epc));
    }
    RETURN_IF_ERROR(RequireKnown(graph, question.complaints));
    return SourcesAnswer(graph, view, question, out).Fill(tx);
  });
}

}  // namespace

std::shared_ptr<void> StreamPlaces::Take(const std::string& caller) {
  absl::MutexLock lock(&taken_->mutex);
  int& own = taken_->by_caller[caller];
  if (taken_->in_all >= in_all_ || own >= per_caller_) return nullptr;
  ++taken_->in_all;
  ++own;
  return {taken_.get(), [taken = taken_, caller](void*) {
            absl::MutexLock lock(&taken->mutex);
            --taken->in_all;
            if (--taken->by_caller[caller] == 0) taken->by_caller.erase(caller);
          }};
}

LineageService::LineageService(rpc::Edge& edge, genealogy::LiveGraph& graph)
    : edge_(edge), graph_(graph), places_(limits::kStreamsMax, limits::kStreamsPerCallerMax) {}

grpc::ServerWriteReactor<v1::StreamTraceResponse>* LineageService::StreamTrace(
    grpc::CallbackServerContext* context, const v1::StreamTraceRequest* in) {
  return rpc::Answer<v1::StreamTraceRequest, v1::StreamTraceResponse>(
      edge_, context, in,
      [this](const rpc::Call& call, const v1::StreamTraceRequest& in, store::ReadTx& tx) {
        return OpenTrace(edge_, graph_, places_, call, in, tx);
      });
}

grpc::ServerWriteReactor<v1::ExportRecordsResponse>* LineageService::ExportRecords(
    grpc::CallbackServerContext* context, const v1::ExportRecordsRequest* in) {
  return rpc::Answer<v1::ExportRecordsRequest, v1::ExportRecordsResponse>(
      edge_, context, in,
      [this](const rpc::Call& call, const v1::ExportRecordsRequest& in, store::ReadTx& tx) {
        return OpenExport(edge_, graph_, places_, call, in, tx);
      });
}

grpc::ServerUnaryReactor* LineageService::FindCommonSources(grpc::CallbackServerContext* context,
                                                            const v1::FindCommonSourcesRequest* in,
                                                            v1::FindCommonSourcesResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::FindCommonSourcesRequest& in,
                                   store::ReadTx& tx, v1::FindCommonSourcesResponse* out) {
                              return AnswerSources(graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
