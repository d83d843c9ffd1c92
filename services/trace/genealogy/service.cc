#include "services/trace/genealogy/service.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/page.h"
#include "services/trace/capture/convert.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/convert.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/service_lots.h"

namespace shian::trace {
namespace {

// Pages of one answer are cut from the same trace: the token holds the state of the graph that the
// first page saw, and how many rows went before.
struct Cut {
  View view;
  size_t skip = 0;
};
absl::StatusOr<Cut> ToCut(const rpc::PageStart& page, View otherwise) {
  if (page.after.empty()) return Cut{otherwise, 0};
  const std::vector<std::string> parts = absl::StrSplit(page.after, '/');
  Cut cut;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &cut.view.upto) ||
      !absl::SimpleAtoi(parts[1], &cut.skip)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  return cut;
}
std::string FromCut(const Cut& cut) { return absl::StrCat(cut.view.upto, "/", cut.skip); }

// One trace, being answered.
class TraceAnswer {
 public:
  TraceAnswer(const Graph& graph, store::ReadTx& tx, const genealogy::Question& question,
              const Cut& cut, v1::TraceResponse* out)
      : graph_(graph),
        tx_(tx),
        question_(question),
        cut_(cut),
        out_(*out),
        teller_(graph, cut.view) {}

  // Gives the number of rows there are in all.
  absl::StatusOr<size_t> Fill(int page_size) {
    std::vector<NodeId> seeds;
    for (const std::string& seed : question_.seeds) {
      const NodeId lot = graph_.Find(seed);
      lot == kNone ? summary().add_unknown_seeds(seed) : seeds.push_back(lot);
    }
    if (seeds.empty()) return errors::NotFound(question_.seeds.front());
    summary().set_complete(true);
    summary().set_event_sequence(cut_.view.upto);
    size_t before = 0;
    for (Direction direction : question_.directions) {
      const TraceResult result =
          Trace(graph_, cut_.view, seeds, direction, {question_.max_edges, until_});
      genealogy::AddToSummary(graph_, cut_.view, result, &findings_, &summary());
      if (question_.detail != v1::TRACE_DETAIL_COUNTS) {
        RETURN_IF_ERROR(AddLots(result, before, page_size));
        before += result.lots.size();
      }
    }
    genealogy::NoteStop(purse_.stopped_by(), &summary());
    return before;
  }

 private:
  v1::TraceSummary& summary() { return *out_.mutable_summary(); }

  absl::Status AddLots(const TraceResult& result, size_t before, int page_size) {
    absl::flat_hash_map<NodeId, int> depth_of;
    if (question_.detail == v1::TRACE_DETAIL_EDGES) {
      for (const ReachedLot& lot : result.lots) depth_of.emplace(lot.lot, lot.depth);
    }
    for (size_t i = cut_.skip > before ? cut_.skip - before : 0;
         i < result.lots.size() && out_.lots_size() < page_size; ++i) {
      RETURN_IF_ERROR(AddLot(result.lots[i], result.direction, depth_of));
    }
    return absl::OkStatus();
  }

  absl::Status AddLot(const ReachedLot& lot, Direction direction,
                      const absl::flat_hash_map<NodeId, int>& depth_of) {
    v1::TracedLot& to = *out_.add_lots();
    RETURN_IF_ERROR(teller_.Tell(tx_, lot, direction, &to));
    if (depth_of.empty()) return absl::OkStatus();
    for (const Step& step : StepsTo(graph_, cut_.view, direction, depth_of, lot.lot, &purse_)) {
      v1::TraceStep& told = *to.add_steps();
      told = genealogy::ToProto(graph_, step);
      if (step.process == kNone || !told.process().empty()) continue;
      ASSIGN_OR_RETURN(*told.mutable_process(), teller_.ProcessName(tx_, step.process));
    }
    return absl::OkStatus();
  }

  const Graph& graph_;
  store::ReadTx& tx_;
  const genealogy::Question& question_;
  const Cut cut_;
  v1::TraceResponse& out_;
  genealogy::LotTeller teller_;
  const absl::Time until_ = absl::Now() + question_.budget;
  Purse purse_{{question_.max_edges, until_}};  // for the steps of the page
  Purse findings_{
      {limits::kTraceEdgesMax, until_ + absl::Milliseconds(limits::kFindingsMillisMax)}};
};

absl::Status AnswerTrace(genealogy::LiveGraph& live, const rpc::Call& call,
                         const v1::TraceRequest& in, store::ReadTx& tx, v1::TraceResponse* out) {
  ASSIGN_OR_RETURN(const genealogy::Question question, genealogy::ToQuestion(in));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  return live.Read(tx, [&](const Graph& graph) -> absl::Status {
    ASSIGN_OR_RETURN(Cut cut, ToCut(page, genealogy::ViewAt(graph, question.known_at)));
    for (const std::string& seed : question.seeds) {
      RETURN_IF_ERROR(genealogy::RequireSeed(call, graph, cut.view, tx, seed));
    }
    TraceAnswer answer(graph, tx, question, cut, out);
    ASSIGN_OR_RETURN(const size_t rows, answer.Fill(page.size));
    cut.skip += out->lots_size();
    if (out->lots_size() > 0 && cut.skip < rows) {
      out->set_next_page_token(rpc::NextPage(page, FromCut(cut), call.now()));
    }
    return absl::OkStatus();
  });
}

// What was inside at one moment, at any depth, by identifier.
using Contents = std::map<std::string, v1::Content>;

void AddContents(const Graph& graph, View view, NodeId unit, int64_t time, int level,
                 Contents* out) {
  if (level >= limits::kContainmentDepthMax) return;
  for (const Stay& stay : ContentsOf(graph, unit, view)) {
    if (!stay.when.Holds(time)) continue;
    v1::Content content;
    content.set_epc(graph.NameOf(stay.unit));
    content.set_kind(capture::ToProto(graph.KindOf(stay.unit)));
    content.set_container(graph.NameOf(unit));
    *content.mutable_since() = rpc::ToProto(FromMicros(stay.when.from));
    if (out->emplace(content.epc(), std::move(content)).second) {
      AddContents(graph, view, stay.unit, time, level + 1, out);
    }
  }
}

absl::Status AnswerContents(genealogy::LiveGraph& live, const rpc::Call& call,
                            const v1::ListContentsRequest& in, store::ReadTx& tx,
                            v1::ListContentsResponse* out) {
  ASSIGN_OR_RETURN(const auto question, genealogy::ToQuestion(in, call.now()));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  return live.Read(tx, [&](const Graph& graph) -> absl::Status {
    ASSIGN_OR_RETURN(Cut cut, ToCut(page, genealogy::ViewAt(graph, question.known_at)));
    const NodeId unit = graph.Find(question.unit);
    if (unit == kNone) return errors::NotFound(question.unit);
    RETURN_IF_ERROR(genealogy::RequireSeed(call, graph, cut.view, tx, question.unit));
    Contents contents;
    AddContents(graph, cut.view, unit, ToMicros(question.as_of), 0, &contents);
    auto at = contents.begin();
    std::advance(at, std::min(cut.skip, contents.size()));
    for (; at != contents.end() && out->contents_size() < page.size; ++at, ++cut.skip) {
      *out->add_contents() = std::move(at->second);
    }
    if (at != contents.end()) {
      out->set_next_page_token(rpc::NextPage(page, FromCut(cut), call.now()));
    }
    return absl::OkStatus();
  });
}

}  // namespace

grpc::ServerUnaryReactor* GenealogyService::Trace(grpc::CallbackServerContext* context,
                                                  const v1::TraceRequest* in,
                                                  v1::TraceResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::TraceRequest& in, store::ReadTx& tx,
             v1::TraceResponse* out) { return AnswerTrace(graph_, call, in, tx, out); });
}

grpc::ServerUnaryReactor* GenealogyService::ListContents(grpc::CallbackServerContext* context,
                                                         const v1::ListContentsRequest* in,
                                                         v1::ListContentsResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListContentsRequest& in, store::ReadTx& tx,
             v1::ListContentsResponse* out) { return AnswerContents(graph_, call, in, tx, out); });
}

}  // namespace shian::trace
