#include "services/registry/people/service.h"

#include <set>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/registry/operator/convert.h"
#include "services/registry/people/convert.h"
#include "services/registry/people/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::registry {
namespace {

constexpr char kChanged[] = "shian.registry.inspector.changed";

RowViolation PersonHeld(const JudgedInspector& row) {
  return {"person",
          {"belongs to a record with another source id", "已属于另一来源编号的记录", "PERSON_HELD"},
          row.id.value()};
}

absl::Status Save(store::WriteTx& tx, const ImportHead& head, const JudgedInspector& row,
                  int64_t version) {
  Inspector inspector = {row.id, version, head.provenance, row.roster};
  inspector.provenance.source_id = row.source_id;
  inspector.provenance.recorded = tx.now();
  RETURN_IF_ERROR(PutInspector(tx, inspector, row.content));
  v1::InspectorChanged payload;
  *payload.mutable_inspector() = ToProto(inspector);
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = kChanged,
                             .subject = InspectorName(row.id),
                             .region = row.roster.region,
                             .time = tx.now(),
                             .payload = payload.SerializeAsString(),
                             .cause = ""});
}

absl::StatusOr<common::v1::RowVerdict> Take(store::WriteTx& tx, const ImportHead& head,
                                            const JudgedInspector& row) {
  if (!row.valid()) return ToVerdict(row.line, row.violations);
  const std::string name = InspectorName(row.id);
  ASSIGN_OR_RETURN(const std::optional<KnownInspector> known,
                   FindInspectorBySource(tx, head.provenance.origin, row.source_id));
  if (known && known->content == row.content) {
    return ToVerdict(row.line, common::v1::ROW_OUTCOME_UNCHANGED, name);
  }
  if (!known || known->id != row.id) {
    // A record never passes from one person to another, and a person has one record.
    ASSIGN_OR_RETURN(const std::optional<Inspector> holder, FindInspector(tx, row.id));
    if (holder || known) return ToVerdict(row.line, {PersonHeld(row)});
  }
  RETURN_IF_ERROR(Save(tx, head, row, known ? known->version + 1 : 1));
  return ToVerdict(row.line, known ? common::v1::ROW_OUTCOME_CHANGED : common::v1::ROW_OUTCOME_NEW,
                   name);
}

}  // namespace

absl::StatusOr<rpc::Body<v1::ImportInspectorsResponse>> PlanImport(
    const v1::ImportInspectorsRequest& chunk) {
  ASSIGN_OR_RETURN(const ImportHead head, ToImportHead(chunk));
  std::vector<JudgedInspector> rows;
  std::set<std::string> seen;
  for (const v1::InspectorRow& row : chunk.rows()) {
    rows.push_back(JudgeInspector(ToRow(row), head.region));
    if (seen.insert(rows.back().source_id).second) continue;
    rows.back().violations.push_back({"source_id", SourceIdRepeatedRule(), row.source_id()});
  }
  return rpc::Body<v1::ImportInspectorsResponse>(
      [head,
       rows = std::move(rows)](store::WriteTx& tx) -> absl::StatusOr<v1::ImportInspectorsResponse> {
        v1::ImportInspectorsResponse out;
        for (const JudgedInspector& row : rows) {
          ASSIGN_OR_RETURN(*out.add_verdicts(), Take(tx, head, row));
        }
        return out;
      });
}

grpc::ServerBidiReactor<v1::ImportInspectorsRequest, v1::ImportInspectorsResponse>*
PeopleService::ImportInspectors(grpc::CallbackServerContext* context) {
  using In = v1::ImportInspectorsRequest;
  using Out = v1::ImportInspectorsResponse;
  return rpc::Import<In, Out>(
      edge_, context, [](const rpc::Call& call, const In& chunk) -> absl::StatusOr<rpc::Body<Out>> {
        RETURN_IF_ERROR(call.RequireRegion(chunk.region()));
        return PlanImport(chunk);
      });
}

grpc::ServerUnaryReactor* PeopleService::GetInspector(grpc::CallbackServerContext* context,
                                                      const v1::GetInspectorRequest* in,
                                                      v1::GetInspectorResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetInspectorRequest& in, store::ReadTx& tx,
                       v1::GetInspectorResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const InspectorId id, ToInspectorId(in.name(), "name"));
                      ASSIGN_OR_RETURN(const Past past, ToPast(in));
                      ASSIGN_OR_RETURN(const std::optional<Inspector> inspector,
                                       FindInspector(tx, id, past));
                      if (!inspector) return errors::NotFound(in.name());
                      RETURN_IF_ERROR(call.RequireRegion(inspector->roster.region));
                      *out->mutable_inspector() = ToProto(*inspector);
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* PeopleService::ListInspectors(grpc::CallbackServerContext* context,
                                                        const v1::ListInspectorsRequest* in,
                                                        v1::ListInspectorsResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListInspectorsRequest& in, store::ReadTx& tx,
         v1::ListInspectorsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(InspectorQuery query, ToQuery(in));
        RETURN_IF_ERROR(call.RequireRegion(in.region()));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
        query.after = page.after;
        query.count = page.size;
        query.past.Pin(page.known_at);
        ASSIGN_OR_RETURN(const std::vector<Inspector> inspectors,
                         registry::ListInspectors(tx, query));
        for (const Inspector& inspector : inspectors) *out->add_inspectors() = ToProto(inspector);
        if (static_cast<int>(inspectors.size()) == page.size) {
          out->set_next_page_token(rpc::NextPage(page, inspectors.back().id.value(), call.now()));
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::registry
