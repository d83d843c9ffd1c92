#include "services/sanction/measure/service.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/store.h"
#include "services/sanction/party/limits.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

// A department's own system; the bureau's systems have none and see all measures of their region.
bool IsDepartment(const rpc::Call& call) { return !call.system().department.empty(); }

// The end of its entry, as far as it was recorded by `known_at`.
absl::Status FillEnd(store::ReadTx& tx, absl::Time known_at, Measure* measure) {
  ASSIGN_OR_RETURN(const auto entry, FindEntry(tx, measure->op, measure->entry));
  if (!entry) return absl::OkStatus();
  measure->end = EndOf(*entry, known_at);
  measure->annulled = IsAnnulled(*entry, known_at);
  return absl::OkStatus();
}

absl::StatusOr<MeasureQuery> ToQuery(const rpc::Call& call, const v1::ListMeasuresRequest& in,
                                     const rpc::PageStart& page) {
  MeasureQuery query;
  ASSIGN_OR_RETURN(query.page, convert::ToPageQuery(call, in, page));
  Reader reader;
  query.system = reader.Line("system", in.system(), limits::kIdCharsMax, Need::kOptional);
  if (!in.entry().empty()) {
    const convert::MatterName entry = reader.Matter("entry", in.entry(), "entries");
    query.entry = EntryId(entry.id);
    query.page.op = entry.op;
  }
  if (!v1::MeasureState_IsValid(in.state())) {
    reader.Wrong("state", {"must be a known state", "应为已知状态"});
  }
  RETURN_IF_ERROR(reader.ToStatus());
  if (IsDepartment(call)) query.system = call.system().id;
  return query;
}

}  // namespace

absl::StatusOr<Measure> MeasureService::Open(store::ReadTx& tx, const rpc::Call& call,
                                             const convert::MatterName& name,
                                             absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Measure> found, FindMeasure(tx, name.op, MeasureId(name.id)));
  const bool foreign = found && IsDepartment(call) && found->system != call.system().id;
  if (!found || foreign) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/measures/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  RETURN_IF_ERROR(FillEnd(tx, absl::InfiniteFuture(), &*found));
  return *std::move(found);
}

absl::Status MeasureService::Append(store::WriteTx& tx, const rpc::Call& call, MeasureEvent event,
                                    Measure* measure) const {
  event.sequence = static_cast<int>(measure->events.size()) + 1;
  event.recorded = tx.now();
  event.system = call.system().id;
  measure->events.push_back(std::move(event));
  return AppendMeasureEvent(tx, *measure, measure->events.back());
}

absl::StatusOr<v1::Measure> MeasureService::Show(store::ReadTx& tx, const rpc::Call& call,
                                                 Measure measure, absl::Time as_of) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &measure));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, measure.op));
  const auto shown =
      measure.system == call.system().id ? convert::Shown::kWhole : convert::Shown::kMasked;
  return convert::ToProto(measure, {party, shown, tx.origin(), std::string(call.locale()), as_of});
}

MeasureService::Reactor* MeasureService::GetMeasure(Context* context,
                                                    const v1::GetMeasureRequest* in,
                                                    v1::GetMeasureResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetMeasureRequest& in, store::ReadTx& tx,
             v1::GetMeasureResponse* out) -> absl::Status {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", in.name(), "measures");
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at =
            reader.Time("known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(Measure measure, Open(tx, call, name, ""));
        std::optional<Measure> then = AsOf(std::move(measure), as_of, known_at);
        if (!then) return errors::NotFound(in.name());
        RETURN_IF_ERROR(FillEnd(tx, known_at, &*then));
        ASSIGN_OR_RETURN(*out->mutable_measure(), Show(tx, call, *std::move(then), as_of));
        return absl::OkStatus();
      });
}

MeasureService::Reactor* MeasureService::ListMeasures(Context* context,
                                                      const v1::ListMeasuresRequest* in,
                                                      v1::ListMeasuresResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListMeasuresRequest& in, store::ReadTx& tx,
             v1::ListMeasuresResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at = convert::KnownAt(in, page, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const MeasureQuery query, ToQuery(call, in, page));
        ASSIGN_OR_RETURN(const std::vector<Measure> measures, sanction::ListMeasures(tx, query));
        for (const Measure& measure : measures) {
          std::optional<Measure> then = AsOf(measure, as_of, known_at);
          if (!then) continue;
          RETURN_IF_ERROR(FillEnd(tx, known_at, &*then));
          const auto state = static_cast<v1::MeasureState>(StateOf(*then, as_of));
          if (in.state() != v1::MEASURE_STATE_UNSPECIFIED && in.state() != state) continue;
          ASSIGN_OR_RETURN(*out->add_measures(), Show(tx, call, *std::move(then), as_of));
        }
        if (static_cast<int>(measures.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(rpc::NextPage(
            page, PageKey(measures.back().id.value(), measures.back().op), call.now()));
        return absl::OkStatus();
      });
}

MeasureService::Reactor* MeasureService::AcknowledgeMeasure(Context* context,
                                                            const v1::AcknowledgeMeasureRequest* in,
                                                            v1::AcknowledgeMeasureResponse* out) {
  using Out = v1::AcknowledgeMeasureResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", request.name(), "measures");
        RETURN_IF_ERROR(reader.ToStatus());
        const std::string etag = request.etag();
        return rpc::Body<Out>([this, &call, name, etag](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(Measure measure, Open(tx, call, name, etag));
          RETURN_IF_ERROR(CheckDepartment(measure, call.system().id));
          RETURN_IF_ERROR(CheckAcknowledge(measure, tx.now()));
          MeasureEvent event;
          event.act = MeasureAct::kAcknowledged;
          event.time = tx.now();
          RETURN_IF_ERROR(Append(tx, call, std::move(event), &measure));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_measure(), Show(tx, call, std::move(measure), tx.now()));
          return reply;
        });
      });
}

MeasureService::Reactor* MeasureService::ReportMeasureOutcome(
    Context* context, const v1::ReportMeasureOutcomeRequest* in,
    v1::ReportMeasureOutcomeResponse* out) {
  using Out = v1::ReportMeasureOutcomeResponse;
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call, const auto& request) -> absl::StatusOr<rpc::Body<Out>> {
        Reader reader;
        const convert::MatterName name = reader.Matter("name", request.name(), "measures");
        MeasureEvent event;
        event.act = MeasureAct::kReported;
        event.outcome = static_cast<Outcome>(request.outcome());
        const bool known = request.outcome() != v1::MEASURE_OUTCOME_UNSPECIFIED &&
                           v1::MeasureOutcome_IsValid(request.outcome());
        if (!known) reader.Wrong("outcome", {"is required", "不能为空"});
        event.note =
            reader.Text("note", request.note(), limits::kNoteCodePointsMax, Need::kOptional);
        event.time = reader.Time("time", request.has_time(), request.time(), call.now());
        event.documents = reader.Documents(request.documents());
        RETURN_IF_ERROR(reader.ToStatus());
        const std::string etag = request.etag();
        return rpc::Body<Out>([this, &call, name, etag,
                               event](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(Measure measure, Open(tx, call, name, etag));
          RETURN_IF_ERROR(CheckDepartment(measure, call.system().id));
          RETURN_IF_ERROR(CheckReport(measure, event.outcome, event.time, tx.now()));
          RETURN_IF_ERROR(Append(tx, call, event, &measure));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_measure(), Show(tx, call, std::move(measure), tx.now()));
          return reply;
        });
      });
}

}  // namespace shian::sanction
