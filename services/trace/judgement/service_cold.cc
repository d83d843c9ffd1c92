// What a lot, a unit or a process went through, and what went into it.
#include "services/trace/judgement/service_cold.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/convert.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/trace.h"
#include "services/trace/judgement/cold_evidence.h"
#include "services/trace/judgement/convert_cold.h"
#include "services/trace/judgement/limits.h"
#include "services/trace/judgement/service_process.h"
#include "services/trace/judgement/service_rule.h"
#include "services/trace/judgement/store_refusal.h"

namespace shian::trace {
namespace {

using judgement::ColdQuestion;

bool IsCarrier(EpcKind kind) { return kind == EpcKind::kLogisticUnit || kind == EpcKind::kAsset; }

// Something that went into the subject.
struct Ancestor {
  NodeId lot = kNone;
  int64_t until = 0;
  int depth = 0;
};

// One answer, being found.
class ColdAnswer {
 public:
  ColdAnswer(const Graph& graph, const rpc::Call& call, store::ReadTx& tx,
             const ColdQuestion& question, const ColdRule& rule, v1::CheckColdChainResponse* out)
      : graph_(graph),
        call_(call),
        tx_(tx),
        question_(question),
        rule_(rule),
        view_(genealogy::ViewAt(graph, question.known_at)),
        out_(*out) {}

  absl::Status Find() {
    out_.set_complete(true);
    out_.set_event_sequence(view_.upto);
    ASSIGN_OR_RETURN(const Watches watches, Open());
    ColdSeries own;
    RETURN_IF_ERROR(Read(watches, &own));
    FindSources();
    ASSIGN_OR_RETURN(const ColdBand* band, FindBand());
    *out_.mutable_band() = judgement::ToProto(*band);
    RETURN_IF_ERROR(TellOwn(own.Judge(*band), *band));
    for (const Ancestor& ancestor : Ancestors()) {
      if (!out_.complete()) break;
      RETURN_IF_ERROR(TellInherited(ancestor));
    }
    RETURN_IF_ERROR(TellProblems());
    RETURN_IF_ERROR(TellRefusals());
    out_.set_verdict(Verdict());
    return absl::OkStatus();
  }

 private:
  bool of_process() const { return question_.epc.empty(); }
  Interval Period() const { return {question_.period.from, question_.period.to}; }

  absl::StatusOr<Watches> Open() {
    if (of_process()) {
      ASSIGN_OR_RETURN(const Evidence events,
                       judgement::OpenProcess(call_, graph_, view_, tx_, question_.process));
      return WatchesOf(events, Period());
    }
    RETURN_IF_ERROR(genealogy::RequireSeed(call_, graph_, view_, tx_, question_.epc));
    subject_ = graph_.Find(question_.epc);
    const bool known =
        subject_ != kNone && graph_.AnyTouchOf(subject_, view_, [](const Touch&) { return true; });
    if (!known) return errors::NotFound(question_.epc);
    return UnitsOf(subject_, Period());
  }

  Watches UnitsOf(NodeId lot, const Interval& when) {
    bool cut = false;
    Watches watches = WatchesOf(graph_, view_, lot, when, rule_.sensors.clock_tolerance, &cut);
    if (cut) Cut("max_edges");
    return watches;
  }

  // What the events say of the times in which they speak for the subject.
  absl::Status Read(const Watches& watches, ColdSeries* series) {
    for (const auto& [event, times] : watches) {
      ASSIGN_OR_RETURN(const std::vector<Reading>* readings, ReadingsAt(event));
      if (readings == nullptr) return absl::OkStatus();
      for (const Reading& reading : *readings) {
        if (!Speaks(times, reading.begin, reading.end)) continue;
        if (++samples_ > limits::kColdSamplesMax) return Stop("max_samples");
        if (reading.state == ReadingState::kRead) series->Add(reading);
        if (reading.state != ReadingState::kRead) NoteProblem(reading);
      }
    }
    return absl::OkStatus();
  }

  // Each event once, however many lots it speaks of. Null when the budget is used up.
  absl::StatusOr<const std::vector<Reading>*> ReadingsAt(EventIndex event) {
    const auto known = readings_.find(event);
    if (known != readings_.end()) return &known->second;
    if (out_.events() == question_.max_events) {
      RETURN_IF_ERROR(Stop("max_events"));
    }
    if (absl::Now() > until_) RETURN_IF_ERROR(Stop("budget_ms"));
    if (kept_ > limits::kColdSamplesMax) RETURN_IF_ERROR(Stop("max_samples"));
    if (!out_.complete()) return nullptr;
    ASSIGN_OR_RETURN(const auto stored, capture::EventAt(tx_, event));
    if (!stored) return absl::DataLossError("capture_event has lost a row");
    out_.set_events(out_.events() + 1);
    // The subject's events are read before all others.
    if (of_process() && !sources_found_) NoteFlows(stored->event);
    std::vector<Reading>& readings = readings_[event];
    readings = ReadingsOf(stored->event, event, stored->recorded, rule_.sensors);
    kept_ += readings.size();
    return &readings;
  }

  void NoteFlows(const Event& event) {
    for (const Link& link : event.links) {
      if (link.role == Role::kOutput) gtins_.insert(GtinOf(link.epc));
      const NodeId lot = link.role == Role::kInput ? graph_.Find(link.epc) : kNone;
      if (lot != kNone) inputs_.push_back({lot, ToMicros(event.time)});
    }
  }

  // A reading by which problems are counted once, though it may speak of several lots.
  void NoteProblem(const Reading& reading) {
    if (!problems_.insert(&reading).second) return;
    if (reading.state == ReadingState::kFuture) {
      out_.set_future_count(out_.future_count() + 1);
      return;
    }
    out_.set_unreadable_count(out_.unreadable_count() + 1);
    unreadable_events_.insert(reading.sequence);
    if (!reading.unknown_uom.empty()) unknown_uoms_.insert(reading.unknown_uom);
  }

  // What the subject held, or was made of: the nearest only.
  void FindSources() {
    sources_found_ = true;
    const int64_t most = question_.max_edges;
    if (of_process()) {
      sources_ = SourcesOfInputs(graph_, view_, inputs_, most);
    } else {
      gtins_.insert(GtinOf(question_.epc));
      if (!graph_.IsContainer(subject_)) return;
      sources_ = SourcesInUnit(graph_, view_, subject_, Period(), most);
      if (!sources_.listed.empty()) gtins_.clear();
      for (const Source& held : sources_.listed) gtins_.insert(GtinOf(graph_.NameOf(held.lot)));
    }
    if (sources_.cut) Cut("max_edges");
    out_.set_edges(sources_.edges);
  }

  absl::StatusOr<const ColdBand*> FindBand() const {
    if (question_.band.empty()) return &rule_.BandFor({gtins_.begin(), gtins_.end()});
    const ColdBand* const named = rule_.BandNamed(question_.band);
    if (named != nullptr) return named;
    return errors::InvalidField("band",
                                {"is no band of the rule", "不是规则所列温度区间", "BAND_UNKNOWN"});
  }

  // All that went into the subject. A unit of which nothing is known that it held then is one of
  // them, and is not followed: what it held at other times did not go in.
  std::vector<Ancestor> Ancestors() {
    std::vector<Ancestor> ancestors;
    std::map<NodeId, int64_t> nearest;
    std::vector<NodeId> seeds;
    const int depth = of_process() ? 1 : 0;
    for (const Source& source : sources_.listed) {
      if (graph_.IsContainer(source.lot)) {
        ancestors.push_back({source.lot, source.until, depth});
        continue;
      }
      nearest[source.lot] = source.until;
      seeds.push_back(source.lot);
    }
    const bool itself = !of_process() && !graph_.IsContainer(subject_);
    if (itself) seeds.push_back(subject_);
    const Budget budget{question_.max_edges - out_.edges(), until_, 0, absl::InfiniteDuration()};
    const TraceResult walked = WalkInTime(graph_, view_, seeds, Direction::kBack, budget);
    out_.set_edges(out_.edges() + walked.edges);
    if (!walked.complete()) {
      Cut(walked.stopped_by == StoppedBy::kTime ? "budget_ms" : "max_edges");
    }
    AddReached(walked, nearest, depth, &ancestors);
    return ancestors;
  }

  void AddReached(const TraceResult& walked, const std::map<NodeId, int64_t>& nearest, int depth,
                  std::vector<Ancestor>* ancestors) const {
    absl::flat_hash_set<NodeId> used;  // units whose contents are listed beside them
    for (const ReachedLot& lot : walked.lots) used.insert(lot.beside);
    for (size_t i = 0; i < walked.lots.size(); ++i) {
      const ReachedLot& lot = walked.lots[i];
      if (lot.lot == subject_) continue;
      const bool within = lot.beside != kNone || used.contains(lot.lot);
      if (within && graph_.IsContainer(lot.lot) && IsCarrier(graph_.KindOf(lot.lot))) continue;
      const auto near = nearest.find(lot.lot);
      const int64_t until = near != nearest.end() ? near->second : -walked.lots_since[i];
      ancestors->push_back({lot.lot, until, lot.depth + depth});
    }
  }

  absl::Status TellOwn(const ColdJudgement& judged, const ColdBand& band) {
    out_.set_samples(judged.samples);
    out_.set_samples_out(judged.out);
    if (judged.samples > 0) {
      *out_.mutable_first_time() = rpc::ToProto(FromMicros(judged.first));
      *out_.mutable_last_time() = rpc::ToProto(FromMicros(judged.last));
    }
    out_.set_excursion_count(static_cast<int64_t>(judged.excursions.size()));
    for (const Excursion& excursion : judged.excursions) {
      if (out_.excursions_size() == static_cast<int>(limits::kListedMax)) break;
      RETURN_IF_ERROR(Tell(excursion, band, question_.epc, 0, out_.add_excursions()));
    }
    out_.set_gap_count(static_cast<int64_t>(judged.gaps.size()));
    for (const Gap& gap : judged.gaps) {
      if (out_.gaps_size() == static_cast<int>(limits::kListedMax)) break;
      *out_.add_gaps() = judgement::ToProto(gap);
    }
    return absl::OkStatus();
  }

  absl::Status TellInherited(const Ancestor& of) {
    if (absl::Now() > until_) return Stop("budget_ms");
    ColdSeries series;
    Interval when = Period();
    if (of.until != kNoEnd) when.to = std::min(when.to, of.until + 1);
    if (graph_.IsContainer(of.lot) && IsCarrier(graph_.KindOf(of.lot))) {
      when.from = std::max(when.from, EmptySince(graph_, view_, of.lot, of.until));
    }
    if (!when.empty()) {
      RETURN_IF_ERROR(Read(UnitsOf(of.lot, when), &series));
    }
    if (!out_.complete()) return absl::OkStatus();
    out_.set_inherited_lots(out_.inherited_lots() + 1);
    const std::string epc = graph_.NameOf(of.lot);
    const ColdBand& band = rule_.BandFor({GtinOf(epc)});
    const ColdJudgement judged = series.Judge(band);
    for (const Excursion& excursion : judged.excursions) {
      out_.set_inherited_count(out_.inherited_count() + 1);
      if (out_.inherited_size() == static_cast<int>(limits::kListedMax)) continue;
      RETURN_IF_ERROR(Tell(excursion, band, epc, of.depth, out_.add_inherited()));
    }
    if (!judged.excursions.empty()) call_.NoteResource(epc);
    return absl::OkStatus();
  }

  absl::Status Tell(const Excursion& excursion, const ColdBand& band, const std::string& epc,
                    int depth, v1::ColdExcursion* to) {
    *to = judgement::ToProto(excursion, band);
    to->set_epc(epc);
    to->set_depth(depth);
    ASSIGN_OR_RETURN(*to->mutable_event(), capture::NameOfEvent(tx_, excursion.sequence));
    return absl::OkStatus();
  }

  absl::Status TellProblems() {
    for (const int64_t event : unreadable_events_) {
      if (out_.unreadable_events_size() == static_cast<int>(limits::kListedMax)) break;
      ASSIGN_OR_RETURN(*out_.add_unreadable_events(), capture::NameOfEvent(tx_, event));
    }
    for (const std::string& uom : unknown_uoms_) {
      if (out_.unknown_uoms_size() == static_cast<int>(limits::kListedMax)) break;
      out_.add_unknown_uoms(uom);
    }
    return absl::OkStatus();
  }

  absl::Status TellRefusals() {
    if (of_process()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto refusals,
                     judgement::LatestRefusals(tx_, question_.epc, question_.known_at,
                                               limits::kRefusalsShownMax));
    for (Refusal refusal : refusals) {
      // Of another division only that it was refused, when and why.
      if (!call_.RequireRegion(refusal.region).ok()) {
        refusal.remark.clear();
        refusal.vehicle.clear();
        refusal.place.clear();
      }
      *out_.add_refusals() = judgement::ToProto(refusal);
    }
    return absl::OkStatus();
  }

  v1::ColdChainVerdict Verdict() const {
    if (!out_.complete()) return v1::COLD_CHAIN_VERDICT_UNSPECIFIED;
    if (out_.excursion_count() > 0) return v1::COLD_CHAIN_VERDICT_EXCURSION;
    if (out_.inherited_count() > 0) return v1::COLD_CHAIN_VERDICT_INHERITED;
    const bool doubtful = out_.unreadable_count() > 0 || out_.future_count() > 0;
    if (doubtful) return v1::COLD_CHAIN_VERDICT_UNREADABLE;
    if (out_.samples() == 0) return v1::COLD_CHAIN_VERDICT_NOT_STATED;
    return out_.gap_count() > 0 ? v1::COLD_CHAIN_VERDICT_GAP : v1::COLD_CHAIN_VERDICT_WITHIN;
  }

  void Cut(const char* by) {
    if (out_.complete()) out_.set_stopped_by(by);
    out_.set_complete(false);
  }
  absl::Status Stop(const char* by) {
    Cut(by);
    return absl::OkStatus();
  }

  const Graph& graph_;
  const rpc::Call& call_;
  store::ReadTx& tx_;
  const ColdQuestion& question_;
  const ColdRule& rule_;
  const View view_;
  v1::CheckColdChainResponse& out_;
  const absl::Time until_ = absl::Now() + limits::kColdTime;
  NodeId subject_ = kNone;
  std::vector<Source> inputs_;  // of a process, and when they were used
  std::set<std::string> gtins_;
  Sources sources_;
  bool sources_found_ = false;
  std::map<EventIndex, std::vector<Reading>> readings_;
  size_t kept_ = 0, samples_ = 0;
  std::set<const Reading*> problems_;  // those of readings_
  std::set<int64_t> unreadable_events_;
  std::set<std::string> unknown_uoms_;
};

absl::Status AnswerColdChain(rpc::Edge& edge, genealogy::LiveGraph& live, const rpc::Call& call,
                             const v1::CheckColdChainRequest& in, store::ReadTx& tx,
                             v1::CheckColdChainResponse* out) {
  ASSIGN_OR_RETURN(const ColdQuestion question, judgement::ToQuestion(in));
  ASSIGN_OR_RETURN(const judgement::ColdPolicy policy,
                   judgement::ColdPolicyOn(edge.policies(), tx, ToDate(call.now())));
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    return ColdAnswer(graph, call, tx, question, policy.rule, out).Find();
  }));
  out->mutable_band()->set_policy(policy.id);
  out->mutable_band()->set_policy_revision(policy.revision);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ColdChainService::CheckColdChain(grpc::CallbackServerContext* context,
                                                           const v1::CheckColdChainRequest* in,
                                                           v1::CheckColdChainResponse* out) {
  return edge_.ReadBlocking(context, in, out,
                            [this](const rpc::Call& call, const v1::CheckColdChainRequest& in,
                                   store::ReadTx& tx, v1::CheckColdChainResponse* out) {
                              return AnswerColdChain(edge_, graph_, call, in, tx, out);
                            });
}

}  // namespace shian::trace
