#include "services/inspection/check/service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/policy/convert.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/convert_frequency.h"
#include "services/inspection/check/limits.h"
#include "services/inspection/check/reactions.h"
#include "services/inspection/check/service_alert.h"
#include "services/inspection/check/store.h"
#include "services/inspection/frame/store.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/policy/v1/draw.pb.h"

namespace shian::inspection::check {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr absl::string_view kChainPolicy = "approval.check";
constexpr absl::string_view kStep = "recording";
constexpr absl::string_view kDrawPolicy = "draw.double-random";

absl::StatusOr<StaffRule> ReadStaffRule(const policy::Policies& policies, store::ReadTx& tx,
                                        const policy::v1::ApprovalChain& chain, Date on) {
  ASSIGN_OR_RETURN(const auto rule, policies.InForce<policy::v1::DrawRule>(tx, kDrawPolicy, on));
  StaffRule staff;
  staff.inspectors_min = rule.policy().inspectors_per_operator();
  for (const auto& act : chain.acts()) {
    if (act.act() == kStep) staff.inspectors_basis = policy::ToBasis(act.legal_basis());
  }
  if (rule.policy().recusal_grounds_size() > 0) {
    staff.recusal_basis = policy::ToBasis(rule.policy().recusal_grounds(0).legal_basis());
  }
  return staff;
}

// The operator is known, the officer holds the post, the inspectors may visit it.
absl::Status CheckRecording(rpc::Edge& edge, const rpc::Call& call, store::ReadTx& tx,
                            Visit& visit) {
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, visit.operator_id));
  if (!unit || unit->region.empty()) {
    return Refuse(Reason::kOperatorUnknown, {{"operator", "operators/" + visit.operator_id}});
  }
  visit.region = unit->region;
  RETURN_IF_ERROR(call.RequireRegion(visit.region));
  ASSIGN_OR_RETURN(const auto chain, edge.policies().InForce<policy::v1::ApprovalChain>(
                                         tx, kChainPolicy, visit.date));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), kStep, call.officer(), {}, visit.region));
  ASSIGN_OR_RETURN(const StaffRule rule,
                   ReadStaffRule(edge.policies(), tx, chain.policy(), visit.date));
  std::vector<std::optional<frame::Inspector>> known;
  for (const std::string& id : visit.inspectors) {
    ASSIGN_OR_RETURN(known.emplace_back(), frame::FindInspector(tx, id));
  }
  return CheckStaff(visit, rule, known);
}

absl::StatusOr<v1::RecordCheckResponse> RecordVisit(rpc::Edge& edge, const rpc::Call& call,
                                                    Visit visit, store::WriteTx& tx) {
  RETURN_IF_ERROR(CheckRecording(edge, call, tx, visit));
  ASSIGN_OR_RETURN(std::vector<Alert> alerts, NamedBy(call, tx, visit));
  ASSIGN_OR_RETURN(visit.number, NextNumber(tx, visit.operator_id));
  visit.origin = tx.origin();
  visit.source_id = NameOf(visit);
  RETURN_IF_ERROR(PutVisit(tx, visit));
  RETURN_IF_ERROR(Report(tx, visit));
  RETURN_IF_ERROR(SettleByVisit(tx, call, visit, std::move(alerts)));
  v1::RecordCheckResponse out;
  ToProto(visit, out.mutable_check());
  return out;
}

struct Chunk {
  std::string origin, authority, document_sha256, operator_origin;
  std::vector<v1::CheckRow> rows;
};

absl::StatusOr<Chunk> ToChunk(const v1::ImportChecksRequest& in) {
  FieldReader read;
  Chunk chunk;
  chunk.origin = read.Text("origin", in.origin(), limits::kShortCodePointsMax, true);
  chunk.authority = read.Text("authority", in.authority(), limits::kAuthorityCodePointsMax, true);
  chunk.document_sha256 = read.Sha256Hex("document_sha256", in.document_sha256(), true);
  chunk.operator_origin =
      read.Text("operator_origin", in.operator_origin(), limits::kShortCodePointsMax, false);
  read.Number("rows", in.rows_size(), 1, limits::kImportRowsMax);
  RETURN_IF_ERROR(read.Done());
  chunk.rows.assign(in.rows().begin(), in.rows().end());
  return chunk;
}

// Fills operator and region from the frame, or says what is wrong with the row.
absl::Status FindOperator(const rpc::Call& call, store::ReadTx& tx, const Chunk& chunk,
                          const v1::CheckRow& row, FieldReader& read, Visit& visit) {
  const std::string id =
      read.Name("operator", row.operator_(), "operators", row.operator_source_id().empty());
  if (visit.date > ToDate(call.now())) {
    read.Bad("date", "must not lie in the future", "不得晚于今日", "RANGE");
  }
  if (!read.ok()) return absl::OkStatus();
  std::optional<frame::Unit> unit;
  if (id.empty()) {
    ASSIGN_OR_RETURN(unit,
                     frame::FindUnitBySource(tx, chunk.operator_origin, row.operator_source_id()));
  } else {
    ASSIGN_OR_RETURN(unit, frame::FindUnit(tx, id));
  }
  if (!unit || !call.RequireRegion(unit->region).ok()) {
    read.Bad("operator", "is not known here", "该经营者未登记", "OPERATOR_UNKNOWN");
    return absl::OkStatus();
  }
  visit.operator_id = unit->id;
  visit.region = unit->region;
  return absl::OkStatus();
}

absl::Status WriteRow(store::WriteTx& tx, Visit visit, common::v1::RowVerdict* verdict) {
  const std::string content = ContentOf(visit);
  ASSIGN_OR_RETURN(auto known, FindImported(tx, visit.origin, visit.source_id));
  if (known && known->operator_id != visit.operator_id) {
    FieldReader read;
    read.Bad("source_id", "names a visit of another operator", "该编号属于其他经营者的检查记录",
             "SOURCE_ID_TAKEN");
    read.AddTo(verdict);
    verdict->set_outcome(common::v1::ROW_OUTCOME_INVALID);
    return absl::OkStatus();
  }
  if (!known) {
    ASSIGN_OR_RETURN(const int64_t number, NextNumber(tx, visit.operator_id));
    known = Imported{visit.operator_id, number, ""};
    verdict->set_outcome(common::v1::ROW_OUTCOME_NEW);
  } else {
    ASSIGN_OR_RETURN(const auto before, FindVisit(tx, known->operator_id, known->number, false));
    if (before) {
      visit.version = before->version;
      visit.recorded = before->recorded;
    }
    verdict->set_outcome(known->content == content ? common::v1::ROW_OUTCOME_UNCHANGED
                                                   : common::v1::ROW_OUTCOME_CHANGED);
  }
  visit.number = known->number;
  verdict->set_name(NameOf(visit));
  if (verdict->outcome() == common::v1::ROW_OUTCOME_UNCHANGED) return absl::OkStatus();
  known->content = content;
  RETURN_IF_ERROR(PutImported(tx, visit.origin, visit.source_id, *known));
  RETURN_IF_ERROR(PutVisit(tx, visit));
  return Report(tx, visit);
}

absl::Status ImportRow(const rpc::Call& call, store::WriteTx& tx, const Chunk& chunk,
                       const v1::CheckRow& row, common::v1::RowVerdict* verdict) {
  verdict->set_line(row.line());
  FieldReader read;
  Visit visit = ToVisit(row, read);
  RETURN_IF_ERROR(FindOperator(call, tx, chunk, row, read, visit));
  if (!read.ok()) {
    read.AddTo(verdict);
    verdict->set_outcome(common::v1::ROW_OUTCOME_INVALID);
    return absl::OkStatus();
  }
  visit.origin = chunk.origin;
  visit.authority = chunk.authority;
  visit.document_sha256 = chunk.document_sha256;
  return WriteRow(tx, std::move(visit), verdict);
}

absl::StatusOr<VisitFilter> ToFilter(const rpc::Call& call, const v1::ListChecksRequest& in) {
  FieldReader read;
  VisitFilter filter;
  filter.operator_id = read.Name("operator", in.operator_(), "operators", false);
  filter.region = read.Region("region", in.region(), filter.operator_id.empty());
  filter.from = read.Day("from", in.has_from() ? &in.from() : nullptr, false);
  filter.to = read.Day("to", in.has_to() ? &in.to() : nullptr, false);
  if (filter.from && filter.to && *filter.to < *filter.from) {
    read.Bad("to", "must not lie before from", "不得早于起始日期", "RANGE");
  }
  filter.known_at = read.Time("known_at", in.has_known_at(), in.known_at(), call.now());
  RETURN_IF_ERROR(read.Done());
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  return filter;
}

}  // namespace

CheckService::Reactor* CheckService::RecordCheck(Context* context, const v1::RecordCheckRequest* in,
                                                 v1::RecordCheckResponse* out) {
  return edge_.Write(context, in, out,
                     [&edge = edge_](const rpc::Call& call, const v1::RecordCheckRequest& request)
                         -> absl::StatusOr<rpc::Body<v1::RecordCheckResponse>> {
                       ASSIGN_OR_RETURN(Visit visit, ToVisit(call, request.check()));
                       return rpc::Body<v1::RecordCheckResponse>(
                           [&edge, &call, visit = std::move(visit)](store::WriteTx& tx) {
                             return RecordVisit(edge, call, visit, tx);
                           });
                     });
}

CheckService::Reactor* CheckService::GetCheck(Context* context, const v1::GetCheckRequest* in,
                                              v1::GetCheckResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetCheckRequest& request, store::ReadTx& tx,
                       v1::GetCheckResponse* response) -> absl::Status {
                      ASSIGN_OR_RETURN(const VisitKey key, ToKey(request.name()));
                      ASSIGN_OR_RETURN(const auto visit, FindVisit(tx, key.operator_id, key.number,
                                                                   call.has_officer()));
                      if (!visit || NameOf(*visit) != request.name())
                        return errors::NotFound(request.name());
                      RETURN_IF_ERROR(call.RequireRegion(visit->region));
                      ToProto(*visit, response->mutable_check());
                      return absl::OkStatus();
                    });
}

CheckService::Reactor* CheckService::ListChecks(Context* context, const v1::ListChecksRequest* in,
                                                v1::ListChecksResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListChecksRequest& request, store::ReadTx& tx,
         v1::ListChecksResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(VisitFilter filter, ToFilter(call, request));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(request, call.now()));
        const VisitKey after = FromCursor(page.after);
        filter.known_at = std::min(filter.known_at, page.known_at);
        filter.after_operator = after.operator_id;
        filter.after_number = after.number;
        filter.limit = page.size + 1;
        ASSIGN_OR_RETURN(const auto visits, ListVisits(tx, filter));
        for (size_t i = 0; i < visits.size(); ++i) {
          if (static_cast<int>(i) == page.size) {
            response->set_next_page_token(rpc::NextPage(page, CursorOf(visits[i - 1]), call.now()));
            break;
          }
          ToProto(visits[i], response->add_checks());
        }
        return absl::OkStatus();
      });
}

grpc::ServerBidiReactor<v1::ImportChecksRequest, v1::ImportChecksResponse>*
CheckService::ImportChecks(Context* context) {
  using In = v1::ImportChecksRequest;
  using Out = v1::ImportChecksResponse;
  return rpc::Import<In, Out>(
      edge_, context, [](const rpc::Call& call, const In& in) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(Chunk chunk, ToChunk(in));
        return rpc::Body<Out>(
            [&call, chunk = std::move(chunk)](store::WriteTx& tx) -> absl::StatusOr<Out> {
              Out out;
              for (const v1::CheckRow& row : chunk.rows) {
                RETURN_IF_ERROR(ImportRow(call, tx, chunk, row, out.add_verdicts()));
              }
              return out;
            });
      });
}

CheckService::Reactor* CheckService::GetVisitFrequency(Context* context,
                                                       const v1::GetVisitFrequencyRequest* in,
                                                       v1::GetVisitFrequencyResponse* out) {
  return edge_.Read(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::GetVisitFrequencyRequest& request,
                      store::ReadTx& tx, v1::GetVisitFrequencyResponse* response) -> absl::Status {
        FieldReader read;
        const std::string id = read.Name("operator", request.operator_(), "operators", true);
        RETURN_IF_ERROR(read.Done());
        const absl::Time as_of = request.has_as_of() ? rpc::FromProto(request.as_of()) : call.now();
        ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, id));
        if (!unit) return errors::NotFound("operators/" + id);
        RETURN_IF_ERROR(call.RequireRegion(unit->region));
        ASSIGN_OR_RETURN(const FrequencyNow frequency, FrequencyAt(edge.policies(), tx, id, as_of));
        ASSIGN_OR_RETURN(const auto last, LastVisit(tx, id, as_of));
        ToProto(frequency, last, response->mutable_frequency());
        return absl::OkStatus();
      });
}

}  // namespace shian::inspection::check
