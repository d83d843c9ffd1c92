#include "services/trace/genealogy/convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/convert.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace::genealogy {
namespace {

// A budget in a request: 0 stands for the default.
int64_t ToBudget(int64_t asked, int64_t otherwise, int64_t most, absl::string_view field,
                 errors::Violations* wrong) {
  if (asked == 0) return otherwise;
  if (asked >= 1 && asked <= most) return asked;
  wrong->Add(field, {absl::StrCat("must be 1 to ", most, ", or 0 for ", otherwise),
                     absl::StrCat("应为1至", most, "，0表示", otherwise), "RANGE"});
  return otherwise;
}

std::vector<Direction> ToDirections(v1::TraceDirection direction, errors::Violations* wrong) {
  switch (direction) {
    case v1::TRACE_DIRECTION_BACK:
      return {Direction::kBack};
    case v1::TRACE_DIRECTION_FORWARD:
      return {Direction::kForward};
    case v1::TRACE_DIRECTION_BOTH:
      return {Direction::kBack, Direction::kForward};
    default:
      wrong->Add("direction",
                 {"must be BACK, FORWARD or BOTH", "应为溯源、追踪或双向", "REQUIRED"});
      return {};
  }
}

// Findings by name, up to a bound.
template <class List>
void Name(const Graph& graph, NodeId lot, List* list) {
  if (static_cast<size_t>(list->size()) < limits::kNamedMax) *list->Add() = graph.NameOf(lot);
}

// What is not named is not looked for.
template <class Is, class List>
void NameIf(Is is, const Graph& graph, NodeId lot, List* list) {
  if (static_cast<size_t>(list->size()) >= limits::kNamedMax) return;
  if (is()) Name(graph, lot, list);
}

}  // namespace

namespace {

// Canonical, each once.
template <class List>
std::vector<std::string> ToSeeds(const List& list, int least, const std::string& name,
                                 errors::Violations* wrong) {
  if (list.size() < least || list.size() > limits::kSeedsMax) {
    wrong->Add(name, {absl::StrCat("must be ", least, " to ", limits::kSeedsMax),
                      absl::StrCat("应为", least, "至", limits::kSeedsMax, "个"), "SEEDS_COUNT"});
  }
  std::vector<std::string> seeds;
  for (int i = 0; i < std::min(list.size(), limits::kSeedsMax); ++i) {
    const std::string field = absl::StrCat(name, "[", i, "]");
    const std::string epc = capture::ToEpc(list.Get(i), field, wrong);
    if (list.Get(i).empty()) wrong->Add(field, {"is required", "不能为空", "REQUIRED"});
    if (std::find(seeds.begin(), seeds.end(), epc) == seeds.end()) seeds.push_back(epc);
  }
  return seeds;
}

// What both forms of a trace ask for.
template <class Request>
void AddCommon(const Request& in, v1::TraceDetail most, Question* question,
               errors::Violations* wrong) {
  question->seeds = ToSeeds(in.seeds(), 1, "seeds", wrong);
  question->directions = ToDirections(in.direction(), wrong);
  if (!v1::TraceDetail_IsValid(in.detail())) {
    wrong->Add("detail", {"must be a known value", "应为已定义的取值", "ENUM_UNKNOWN"});
  } else if (in.detail() > most) {
    wrong->Add("detail", {"is answered by StreamTrace only", "仅可流式查询", "STREAM_ONLY"});
  } else if (in.detail() != v1::TRACE_DETAIL_UNSPECIFIED) {
    question->detail = in.detail();
  }
  question->known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", wrong);
}

SpreadQuestion ToSpread(const v1::CrossContamination& in, errors::Violations* wrong) {
  SpreadQuestion spread;
  if (in.window_hours() < 0 || in.window_hours() > limits::kSpreadHoursMax) {
    wrong->Add("cross_contamination.window_hours",
               {absl::StrCat("must be 0 to ", limits::kSpreadHoursMax),
                absl::StrCat("应为0至", limits::kSpreadHoursMax), "RANGE"});
  }
  spread.window = absl::Hours(in.window_hours());
  if (in.kill_steps_size() > limits::kKillStepsMax) {
    wrong->Add("cross_contamination.kill_steps",
               {absl::StrCat("must be at most ", limits::kKillStepsMax),
                absl::StrCat("不得超过", limits::kKillStepsMax, "个"), "COUNT"});
    return spread;
  }
  for (int i = 0; i < in.kill_steps_size(); ++i) {
    const std::string field = absl::StrCat("cross_contamination.kill_steps[", i, "]");
    spread.kill_steps.push_back(
        capture::ToWebUri(Vocabulary::kBizStep, in.kill_steps(i), field, wrong));
  }
  return spread;
}

}  // namespace

SpreadRule SpreadQuestion::On(const Graph& graph,
                              google::protobuf::RepeatedPtrField<std::string>* unknown) const {
  SpreadRule rule;
  rule.window = absl::ToInt64Microseconds(window);
  for (const std::string& step : kill_steps) {
    if (const uint32_t known = graph.FindStep(step); known != kNone) {
      rule.kill_steps.push_back(known);
    } else {
      *unknown->Add() = step;
    }
  }
  std::sort(rule.kill_steps.begin(), rule.kill_steps.end());
  return rule;
}

absl::StatusOr<Question> ToQuestion(const v1::TraceRequest& in) {
  errors::Violations wrong;
  Question question;
  AddCommon(in, v1::TRACE_DETAIL_EDGES, &question, &wrong);
  question.max_edges = ToBudget(in.max_edges(), limits::kTraceEdgesDefault, limits::kTraceEdgesMax,
                                "max_edges", &wrong);
  question.budget = absl::Milliseconds(ToBudget(in.budget_ms(), limits::kTraceMillisDefault,
                                                limits::kTraceMillisMax, "budget_ms", &wrong));
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

absl::StatusOr<Question> ToQuestion(const v1::StreamTraceRequest& in) {
  errors::Violations wrong;
  Question question;
  AddCommon(in, v1::TRACE_DETAIL_PATHS, &question, &wrong);
  question.in_time = in.time_respecting();
  question.spread = ToSpread(in.cross_contamination(), &wrong);
  question.max_edges = ToBudget(in.max_edges(), limits::kStreamEdgesDefault,
                                limits::kStreamEdgesMax, "max_edges", &wrong);
  question.budget = absl::Milliseconds(ToBudget(in.budget_ms(), limits::kStreamMillisDefault,
                                                limits::kStreamMillisMax, "budget_ms", &wrong));
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

absl::StatusOr<ExportQuestion> ToQuestion(const v1::ExportRecordsRequest& in) {
  errors::Violations wrong;
  ExportQuestion question;
  question.seeds = ToSeeds(in.seeds(), 1, "seeds", &wrong);
  question.directions = ToDirections(in.direction(), &wrong);
  question.format = in.format();
  if (!v1::ExportFormat_IsValid(in.format()) || in.format() == v1::EXPORT_FORMAT_UNSPECIFIED) {
    wrong.Add("format", {"must be CSV or JSON_LD", "应为CSV或JSON-LD", "REQUIRED"});
  }
  const absl::Time from = capture::ToTime(in.has_from_event_time(), in.from_event_time(),
                                          absl::InfinitePast(), "from_event_time", &wrong);
  const absl::Time to = capture::ToTime(in.has_to_event_time(), in.to_event_time(),
                                        absl::InfiniteFuture(), "to_event_time", &wrong);
  if (to < from) {
    wrong.Add("to_event_time", {"must not be before from_event_time", "不得早于起始时间", "RANGE"});
  }
  question.from = ToMicros(from);
  question.to = ToMicros(to);
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  question.max_edges = ToBudget(in.max_edges(), limits::kStreamEdgesDefault,
                                limits::kStreamEdgesMax, "max_edges", &wrong);
  question.budget = absl::Milliseconds(ToBudget(in.budget_ms(), limits::kStreamMillisDefault,
                                                limits::kStreamMillisMax, "budget_ms", &wrong));
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

absl::StatusOr<SourcesQuestion> ToQuestion(const v1::FindCommonSourcesRequest& in) {
  errors::Violations wrong;
  SourcesQuestion question;
  question.complaints = ToSeeds(in.complaints(), 2, "complaints", &wrong);
  question.least = static_cast<int>(ToBudget(in.least(), 2, limits::kSeedsMax, "least", &wrong));
  if (in.least() == 1) {
    wrong.Add("least", {"must be 2 to 64, or 0 for 2", "应为2至64，0表示2", "RANGE"});
  }
  question.most = static_cast<int>(ToBudget(in.max_sources(), limits::kSourcesDefault,
                                            limits::kSourcesMax, "max_sources", &wrong));
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  question.max_edges = ToBudget(in.max_edges(), limits::kTraceEdgesDefault, limits::kTraceEdgesMax,
                                "max_edges", &wrong);
  question.budget = absl::Milliseconds(ToBudget(in.budget_ms(), limits::kTraceMillisDefault,
                                                limits::kTraceMillisMax, "budget_ms", &wrong));
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

absl::StatusOr<ContentsQuestion> ToQuestion(const v1::ListContentsRequest& in, absl::Time now) {
  errors::Violations wrong;
  ContentsQuestion question;
  question.unit = capture::ToEpc(in.unit(), "unit", &wrong);
  if (in.unit().empty()) wrong.Add("unit", {"is required", "不能为空", "REQUIRED"});
  question.as_of = capture::ToTime(in.has_as_of(), in.as_of(), now, "as_of", &wrong);
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

v1::TraceStep ToProto(const Graph& graph, const Step& step) {
  v1::TraceStep out;
  out.set_from(graph.NameOf(step.from));
  out.set_to(graph.NameOf(step.to));
  if (step.process != kNone) out.set_process(graph.TransformationOf(step.process));
  *out.mutable_time() = rpc::ToProto(FromMicros(graph.EventAt(step.event).time));
  out.set_containment(step.process == kNone);
  if (step.unit != kNone) out.set_unit(graph.NameOf(step.unit));
  return out;
}

v1::TraceEdge ToProto(const Graph& graph, const Edge& edge) {
  v1::TraceEdge out;
  if (edge.lot != kNone) out.set_epc(graph.NameOf(edge.lot));
  if (edge.process != kNone) out.set_process(graph.TransformationOf(edge.process));
  if (edge.unit != kNone) out.set_unit(graph.NameOf(edge.unit));
  out.set_made(edge.made);
  *out.mutable_time() = rpc::ToProto(FromMicros(graph.EventAt(edge.event).time));
  return out;
}

std::string ToText(StoppedBy stopped_by) {
  switch (stopped_by) {
    case StoppedBy::kEdges:
      return "max_edges";
    case StoppedBy::kTime:
      return "budget_ms";
    case StoppedBy::kNothing:
      break;
  }
  return "";
}

v1::TraceDirection ToProto(Direction direction) {
  return direction == Direction::kBack ? v1::TRACE_DIRECTION_BACK : v1::TRACE_DIRECTION_FORWARD;
}

void NoteStop(StoppedBy stopped_by, v1::TraceSummary* summary) {
  if (stopped_by == StoppedBy::kNothing) return;
  summary->set_complete(false);
  summary->set_stopped_by(ToText(stopped_by));
}

void AddToSummary(const Graph& graph, View view, const TraceResult& result, Purse* purse,
                  v1::TraceSummary* summary) {
  NoteStop(result.stopped_by, summary);
  summary->set_lots(summary->lots() + static_cast<int64_t>(result.lots.size()));
  summary->set_processes(summary->processes() + result.processes());
  summary->set_edges(summary->edges() + result.edges);
  summary->set_frontier(summary->frontier() + result.frontier);
  summary->set_beside(summary->beside() + result.only_beside);
  summary->set_killed(summary->killed() + result.ended);
  for (const ReachedLot& lot : result.lots) {
    summary->set_depth(std::max(summary->depth(), lot.depth));
    if (lot.carrier) continue;
    if (!purse->Spend()) continue;
    NameIf([&] { return IsDangling(graph, view, lot.lot, purse); }, graph, lot.lot,
           summary->mutable_dangling());
    if (result.direction == Direction::kBack) {
      NameIf([&] { return IsOrigin(graph, view, lot.lot); }, graph, lot.lot,
             summary->mutable_origins());
    } else {
      NameIf([&] { return IsEnd(graph, view, lot.lot); }, graph, lot.lot, summary->mutable_ends());
    }
  }
  for (NodeId lot : FindCycles(graph, view, result, limits::kNamedMax, purse)) {
    Name(graph, lot, summary->mutable_cycles());
  }
  if (purse->stopped_by() != StoppedBy::kNothing) summary->set_findings_cut_short(true);
}

}  // namespace shian::trace::genealogy
