#include "services/registry/laboratory/service.h"

#include <set>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/registry/laboratory/convert.h"
#include "services/registry/laboratory/store.h"
#include "services/registry/operator/convert.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::registry {
namespace {

constexpr char kChanged[] = "shian.registry.laboratory.changed";

RowViolation CodeHeld(const JudgedLaboratory& row) {
  return {"code",
          {"belongs to a record with another source id", "已属于另一来源编号的记录", "CODE_HELD"},
          row.id.value()};
}

absl::Status Save(store::WriteTx& tx, const ImportHead& head, const JudgedLaboratory& row,
                  int64_t version) {
  Laboratory laboratory = {row.id, version, head.provenance, row.qualification};
  laboratory.provenance.source_id = row.source_id;
  laboratory.provenance.recorded = tx.now();
  RETURN_IF_ERROR(PutLaboratory(tx, laboratory, row.content));
  v1::LaboratoryChanged payload;
  *payload.mutable_laboratory() = ToProto(laboratory);
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = kChanged,
                             .subject = LaboratoryName(row.id),
                             .region = row.qualification.region,
                             .time = tx.now(),
                             .payload = payload.SerializeAsString(),
                             .cause = ""});
}

absl::StatusOr<common::v1::RowVerdict> Take(store::WriteTx& tx, const ImportHead& head,
                                            const JudgedLaboratory& row) {
  if (!row.valid()) return ToVerdict(row.line, row.violations);
  const std::string name = LaboratoryName(row.id);
  ASSIGN_OR_RETURN(const std::optional<KnownLaboratory> known,
                   FindLaboratoryBySource(tx, head.provenance.origin, row.source_id));
  if (known && known->content == row.content) {
    return ToVerdict(row.line, common::v1::ROW_OUTCOME_UNCHANGED, name);
  }
  if (!known || known->id != row.id) {
    // A record never passes from one laboratory to another, and a laboratory has one record.
    ASSIGN_OR_RETURN(const std::optional<Laboratory> holder, FindLaboratory(tx, row.id));
    if (holder || known) return ToVerdict(row.line, {CodeHeld(row)});
  }
  RETURN_IF_ERROR(Save(tx, head, row, known ? known->version + 1 : 1));
  return ToVerdict(row.line, known ? common::v1::ROW_OUTCOME_CHANGED : common::v1::ROW_OUTCOME_NEW,
                   name);
}

}  // namespace

absl::StatusOr<rpc::Body<v1::ImportLaboratoriesResponse>> PlanImport(
    const v1::ImportLaboratoriesRequest& chunk) {
  ASSIGN_OR_RETURN(const ImportHead head, ToImportHead(chunk));
  std::vector<JudgedLaboratory> rows;
  std::set<std::string> seen;
  for (const v1::LaboratoryRow& row : chunk.rows()) {
    rows.push_back(JudgeLaboratory(ToRow(row)));
    if (seen.insert(rows.back().source_id).second) continue;
    rows.back().violations.push_back({"source_id", SourceIdRepeatedRule(), row.source_id()});
  }
  return rpc::Body<v1::ImportLaboratoriesResponse>(
      [head, rows = std::move(rows)](
          store::WriteTx& tx) -> absl::StatusOr<v1::ImportLaboratoriesResponse> {
        v1::ImportLaboratoriesResponse out;
        for (const JudgedLaboratory& row : rows) {
          ASSIGN_OR_RETURN(*out.add_verdicts(), Take(tx, head, row));
        }
        return out;
      });
}

grpc::ServerBidiReactor<v1::ImportLaboratoriesRequest, v1::ImportLaboratoriesResponse>*
LaboratoryService::ImportLaboratories(grpc::CallbackServerContext* context) {
  using In = v1::ImportLaboratoriesRequest;
  using Out = v1::ImportLaboratoriesResponse;
  return rpc::Import<In, Out>(
      edge_, context, [](const rpc::Call& call, const In& chunk) -> absl::StatusOr<rpc::Body<Out>> {
        RETURN_IF_ERROR(call.RequireRegion(chunk.region()));
        return PlanImport(chunk);
      });
}

grpc::ServerUnaryReactor* LaboratoryService::GetLaboratory(grpc::CallbackServerContext* context,
                                                           const v1::GetLaboratoryRequest* in,
                                                           v1::GetLaboratoryResponse* out) {
  // Laboratories are public and work for everyone: no region limits them.
  return edge_.Read(context, in, out,
                    [](const rpc::Call&, const v1::GetLaboratoryRequest& in, store::ReadTx& tx,
                       v1::GetLaboratoryResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const LaboratoryId id, ToLaboratoryId(in.name(), "name"));
                      ASSIGN_OR_RETURN(const Past past, ToPast(in));
                      ASSIGN_OR_RETURN(const std::optional<Laboratory> laboratory,
                                       FindLaboratory(tx, id, past));
                      if (!laboratory) return errors::NotFound(in.name());
                      *out->mutable_laboratory() = ToProto(*laboratory);
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* LaboratoryService::ListLaboratories(grpc::CallbackServerContext* context,
                                                              const v1::ListLaboratoriesRequest* in,
                                                              v1::ListLaboratoriesResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListLaboratoriesRequest& in, store::ReadTx& tx,
         v1::ListLaboratoriesResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(LaboratoryQuery query, ToQuery(in));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
        query.after = page.after;
        query.count = page.size;
        query.past.Pin(page.known_at);
        ASSIGN_OR_RETURN(const std::vector<Laboratory> laboratories,
                         registry::ListLaboratories(tx, query));
        for (const Laboratory& one : laboratories) *out->add_laboratories() = ToProto(one);
        if (static_cast<int>(laboratories.size()) == page.size) {
          out->set_next_page_token(rpc::NextPage(page, laboratories.back().id.value(), call.now()));
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::registry
