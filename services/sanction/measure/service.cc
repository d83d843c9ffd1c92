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

absl::Status FillEnd(store::ReadTx& tx, Measure* measure) {
  ASSIGN_OR_RETURN(const auto entry, FindEntry(tx, measure->op, measure->entry));
  if (entry) measure->end = EndOf(*entry);
  return absl::OkStatus();
}

absl::StatusOr<MeasureQuery> ToQuery(const rpc::Call& call, const v1::ListMeasuresRequest& in,
                                     const rpc::PageStart& page) {
  MeasureQuery query;
  ASSIGN_OR_RETURN(query.page, convert::ToPageQuery(call, in, page));
  Reader reader;
  query.department =
      reader.Line("department", in.department(), limits::kIdCharsMax, Need::kOptional);
  if (!in.entry().empty()) {
    const convert::MatterName entry = reader.Matter("entry", in.entry(), "entries");
    query.entry = EntryId(entry.id);
    query.page.op = entry.op;
  }
  if (!v1::MeasureState_IsValid(in.state())) {
    reader.Wrong("state", {"must be a known state", "应为已知状态"});
  }
  RETURN_IF_ERROR(reader.ToStatus());
  if (IsDepartment(call)) query.department = call.system().id;
  return query;
}

}  // namespace

absl::StatusOr<Measure> MeasureService::Open(store::ReadTx& tx, const rpc::Call& call,
                                             const convert::MatterName& name,
                                             absl::string_view etag) const {
  ASSIGN_OR_RETURN(std::optional<Measure> found, FindMeasure(tx, name.op, MeasureId(name.id)));
  const bool foreign = found && IsDepartment(call) && found->department != call.system().id;
  if (!found || foreign) {
    return errors::NotFound(absl::StrCat("operators/", name.op.value(), "/measures/", name.id));
  }
  RETURN_IF_ERROR(call.RequireRegion(found->region));
  RETURN_IF_ERROR(convert::CheckEtag(etag, found->etag(), found->name()));
  RETURN_IF_ERROR(FillEnd(tx, &*found));
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
                                                 Measure measure) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &measure));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, measure.op));
  const auto shown =
      measure.department == call.system().id ? convert::Shown::kWhole : convert::Shown::kMasked;
  return convert::ToProto(measure,
                          {party, shown, tx.origin(), std::string(call.locale()), call.now()});
}

MeasureService::Reactor* MeasureService::GetMeasure(Context* context,
                                                    const v1::GetMeasureRequest* in,
                                                    v1::GetMeasureResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetMeasureRequest& in,
                           store::ReadTx& tx, v1::GetMeasureResponse* out) -> absl::Status {
                      Reader reader;
                      const convert::MatterName name = reader.Matter("name", in.name(), "measures");
                      RETURN_IF_ERROR(reader.ToStatus());
                      ASSIGN_OR_RETURN(Measure measure, Open(tx, call, name, ""));
                      ASSIGN_OR_RETURN(*out->mutable_measure(), Show(tx, call, std::move(measure)));
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
        ASSIGN_OR_RETURN(const MeasureQuery query, ToQuery(call, in, page));
        ASSIGN_OR_RETURN(std::vector<Measure> measures, sanction::ListMeasures(tx, query));
        for (Measure& measure : measures) {
          RETURN_IF_ERROR(FillEnd(tx, &measure));
          const auto state = static_cast<v1::MeasureState>(StateOf(measure, call.now()));
          if (in.state() != v1::MEASURE_STATE_UNSPECIFIED && in.state() != state) continue;
          ASSIGN_OR_RETURN(*out->add_measures(), Show(tx, call, measure));
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
          ASSIGN_OR_RETURN(*reply.mutable_measure(), Show(tx, call, std::move(measure)));
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
        return rpc::Body<Out>(
            [this, &call, name, etag, event](store::WriteTx& tx) -> absl::StatusOr<Out> {
              ASSIGN_OR_RETURN(Measure measure, Open(tx, call, name, etag));
              RETURN_IF_ERROR(CheckDepartment(measure, call.system().id));
              RETURN_IF_ERROR(CheckReport(measure, event.outcome, event.time, tx.now()));
              RETURN_IF_ERROR(Append(tx, call, event, &measure));
              Out reply;
              ASSIGN_OR_RETURN(*reply.mutable_measure(), Show(tx, call, std::move(measure)));
              return reply;
            });
      });
}

}  // namespace shian::sanction
