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

bool IsDepartment(const rpc::Call& call) { return !call.system().department.empty(); }

absl::Status FillEnd(store::ReadTx& tx, absl::Time known_at, Measure* measure) {
  ASSIGN_OR_RETURN(const auto entry, FindEntry(tx, measure->op, measure->entry));
  if (entry) Close(*entry, known_at, measure);
  return absl::OkStatus();
}

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

absl::StatusOr<v1::Measure> MeasureService::Show(store::ReadTx& tx, const rpc::Call& call,
                                                 Measure measure, absl::Time as_of) const {
  RETURN_IF_ERROR(convert::FillClocks(tx, edge_.policies(), &measure));
  ASSIGN_OR_RETURN(const Party party, PartyOf(tx, measure.op));
  const auto shown =
      measure.system == call.system().id ? convert::Shown::kWhole : convert::Shown::kMasked;
  return convert::ToProto(
      measure, {party, shown, !IsDepartment(call), tx.origin(), std::string(call.locale()), as_of});
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

}  // namespace shian::sanction
