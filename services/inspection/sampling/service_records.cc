// Reads, and records made elsewhere.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/import_stream.h"
#include "libs/rpc/page.h"
#include "services/inspection/frame/limits.h"
#include "services/inspection/frame/store.h"
#include "services/inspection/sampling/convert.h"
#include "services/inspection/sampling/limits.h"
#include "services/inspection/sampling/reactions.h"
#include "services/inspection/sampling/service.h"

namespace shian::inspection::sampling {
namespace {

absl::StatusOr<SampleFilter> ToFilter(const rpc::Call& call, const v1::ListSamplesRequest& in) {
  FieldReader read;
  SampleFilter filter;
  filter.operator_id = read.Name("operator", in.operator_(), "operators", false);
  filter.region = read.Region("region", in.region(), filter.operator_id.empty());
  if (!v1::SampleState_IsValid(in.state())) read.Bad("state", "must be known", "取值无效", "ENUM");
  filter.known_at = read.Time("known_at", in.has_known_at(), in.known_at(), call.now());
  if (!v1::SampleOutcome_IsValid(in.outcome())) {
    read.Bad("outcome", "must be known", "取值无效", "ENUM");
  }
  RETURN_IF_ERROR(read.Done());
  // By operator alone the answer still keeps to the caller's own division.
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  filter.state = in.state();
  filter.outcome = in.outcome();
  return filter;
}

struct Wanted {
  int64_t state = 0;
  int64_t outcome = 0;
  bool Takes(const Sample& sample) const {
    return (state == 0 || state == static_cast<int64_t>(StateOf(sample))) &&
           (outcome == 0 || outcome == static_cast<int64_t>(sample.outcome));
  }
};

// The operator a row names, by our name or by its id at the registry's origin.
absl::StatusOr<std::optional<frame::Unit>> FindRowUnit(store::ReadTx& tx, const std::string& origin,
                                                       const std::string& operator_id,
                                                       const std::string& source_id) {
  if (!operator_id.empty()) return frame::FindUnit(tx, operator_id);
  return frame::FindUnitBySource(tx, origin, source_id);
}

struct Chunk {
  Source source;  // without source_id
  std::string operator_origin;
  std::vector<v1::SampleRow> rows;
};

absl::StatusOr<Chunk> ToChunk(const v1::ImportSamplesRequest& in) {
  FieldReader read;
  Chunk chunk;
  chunk.source.origin = read.Text("origin", in.origin(), limits::kShortCodePointsMax, true);
  chunk.source.authority =
      read.Text("authority", in.authority(), limits::kTitleCodePointsMax, true);
  chunk.source.document_sha256 = read.Sha256Hex("document_sha256", in.document_sha256(), true);
  chunk.operator_origin =
      read.Text("operator_origin", in.operator_origin(), limits::kShortCodePointsMax, false);
  read.Number("rows", in.rows_size(), 1, limits::kImportRowsMax);
  RETURN_IF_ERROR(read.Done());
  chunk.rows.assign(in.rows().begin(), in.rows().end());
  return chunk;
}

struct Writing {
  const Rules& rules;
  By by;
};

// Writes the row as a further attested act, unless its content is what was imported last.
absl::Status Write(store::WriteTx& tx, const Writing& writing, Source source, Attested attested,
                   common::v1::RowVerdict* verdict) {
  const std::string content = Sha256(Encode(attested));
  ASSIGN_OR_RETURN(auto known, FindImported(tx, source.origin, source.source_id));
  if (known && known->operator_id != attested.planned.operator_id) {
    FieldReader read;
    read.Bad("source_id", "names a sample of another operator", "该编号属于其他经营者的样品",
             "SOURCE_ID_TAKEN");
    read.AddTo(verdict);
    verdict->set_outcome(common::v1::ROW_OUTCOME_INVALID);
    return absl::OkStatus();
  }
  Stored stored;
  if (!known) {
    ASSIGN_OR_RETURN(const int64_t number, NextNumber(tx, attested.planned.operator_id));
    known = Imported{attested.planned.operator_id, number, ""};
    stored.sample.id = MakeSampleId(known->operator_id, number);
    verdict->set_outcome(common::v1::ROW_OUTCOME_NEW);
  } else {
    ASSIGN_OR_RETURN(stored, ReadSample(tx, MakeSampleId(known->operator_id, known->number)));
    verdict->set_outcome(known->content == content ? common::v1::ROW_OUTCOME_UNCHANGED
                                                   : common::v1::ROW_OUTCOME_CHANGED);
  }
  verdict->set_name("samples/" + stored.sample.id.value());
  if (verdict->outcome() == common::v1::ROW_OUTCOME_UNCHANGED) return absl::OkStatus();
  known->content = content;
  RETURN_IF_ERROR(PutImported(tx, source, *known));
  stored.source = std::move(source);
  DatedAct act;
  act.time = StartOfDay(attested.sampled_date);
  act.by = writing.by;
  act.act = std::move(attested);
  return Record(tx, writing.rules, stored, std::move(act));
}

absl::Status ImportRow(const rpc::Call& call, store::WriteTx& tx, const Writing& writing,
                       const Chunk& chunk, const v1::SampleRow& row,
                       common::v1::RowVerdict* verdict) {
  verdict->set_line(row.line());
  FieldReader read;
  Source source = chunk.source;
  source.source_id = read.Text("source_id", row.source_id(), limits::kSourceIdBytesMax, true);
  const std::string id =
      read.Name("operator", row.operator_(), "operators", row.operator_source_id().empty());
  Attested attested = ToAttested(row, read);
  if (attested.sampled_date > ToDate(call.now())) {
    read.Bad("sampled_date", "must not lie in the future", "不得晚于今日", "RANGE");
  }
  if (read.ok()) {
    ASSIGN_OR_RETURN(const auto unit,
                     FindRowUnit(tx, chunk.operator_origin, id, row.operator_source_id()));
    if (!unit || !call.RequireRegion(unit->region).ok()) {
      read.Bad("operator", "is not known here", "该经营者未登记", "OPERATOR_UNKNOWN");
    } else {
      attested.planned.operator_id = unit->id;
      attested.planned.region = unit->region;
    }
  }
  if (!read.ok()) {
    read.AddTo(verdict);
    verdict->set_outcome(common::v1::ROW_OUTCOME_INVALID);
    return absl::OkStatus();
  }
  return Write(tx, writing, std::move(source), std::move(attested), verdict);
}

}  // namespace

SamplingService::Reactor* SamplingService::GetSample(Context* context,
                                                     const v1::GetSampleRequest* in,
                                                     v1::GetSampleResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetSampleRequest& request,
                       store::ReadTx& tx, v1::GetSampleResponse* response) -> absl::Status {
                      ASSIGN_OR_RETURN(const SampleId id, ToSampleId(request.name()));
                      FieldReader read;
                      const absl::Time as_of = read.Time("as_of", request.has_as_of(),
                                                         request.as_of(), absl::InfiniteFuture());
                      const absl::Time known =
                          read.Time("known_at", request.has_known_at(), request.known_at(),
                                    absl::InfiniteFuture());
                      RETURN_IF_ERROR(read.Done());
                      ASSIGN_OR_RETURN(const Stored stored, ReadSample(tx, id, as_of, known));
                      RETURN_IF_ERROR(call.RequireRegion(stored.sample.planned.region));
                      ToProto(stored, true, response->mutable_sample());
                      return absl::OkStatus();
                    });
}

SamplingService::Reactor* SamplingService::ListSamples(Context* context,
                                                       const v1::ListSamplesRequest* in,
                                                       v1::ListSamplesResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::ListSamplesRequest& request,
                       store::ReadTx& tx, v1::ListSamplesResponse* response) -> absl::Status {
                      ASSIGN_OR_RETURN(SampleFilter filter, ToFilter(call, request));
                      ASSIGN_OR_RETURN(const rpc::PageStart page,
                                       rpc::OpenPage(request, call.now()));
                      filter.known_at = std::min(filter.known_at, page.known_at);
                      filter.after = page.after;
                      filter.limit = page.size + 1;
                      // The columns hold the present: what was is judged by the acts.
                      const Wanted wanted{filter.state, filter.outcome};
                      if (request.has_known_at()) filter.state = filter.outcome = 0;
                      ASSIGN_OR_RETURN(const auto samples, sampling::ListSamples(tx, filter));
                      for (size_t i = 0; i < samples.size(); ++i) {
                        if (static_cast<int>(i) == page.size) {
                          response->set_next_page_token(
                              rpc::NextPage(page, samples[i - 1].sample.id.value(), call.now()));
                          break;
                        }
                        if (request.has_known_at() && !wanted.Takes(samples[i].sample)) continue;
                        ToProto(samples[i], false, response->add_samples());
                      }
                      return absl::OkStatus();
                    });
}

SamplingService::Reactor* SamplingService::ListClocks(Context* context,
                                                      const v1::ListClocksRequest* in,
                                                      v1::ListClocksResponse* out) {
  return edge_.Read(
      context, in, out,
      [&edge = edge_](const rpc::Call& call, const v1::ListClocksRequest& request,
                      store::ReadTx& tx, v1::ListClocksResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const SampleId id, ToSampleId(request.name()));
        FieldReader read;
        const absl::Time as_of =
            read.Time("as_of", request.has_as_of(), request.as_of(), call.now());
        RETURN_IF_ERROR(read.Done());
        ASSIGN_OR_RETURN(const Stored stored, ReadSample(tx, id, as_of));
        RETURN_IF_ERROR(call.RequireRegion(stored.sample.planned.region));
        ASSIGN_OR_RETURN(const Rules rules,
                         ReadRules(edge.policies(), tx, ToDate(stored.sample.plan_time)));
        for (const Clock& clock : ClocksOf(stored.sample, rules)) {
          ToProto(clock, as_of, call.locale(), response->add_clocks());
        }
        return absl::OkStatus();
      });
}

grpc::ServerBidiReactor<v1::ImportSamplesRequest, v1::ImportSamplesResponse>*
SamplingService::ImportSamples(Context* context) {
  using In = v1::ImportSamplesRequest;
  using Out = v1::ImportSamplesResponse;
  return rpc::Import<In, Out>(
      edge_, context,
      [&edge = edge_](const rpc::Call& call, const In& in) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(Chunk chunk, ToChunk(in));
        return rpc::Body<Out>([&edge, &call, chunk = std::move(chunk)](
                                  store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const Rules rules, ReadRules(edge.policies(), tx, ToDate(call.now())));
          Writing writing{rules, {}};
          writing.by.system = call.system().id;
          Out out;
          for (const v1::SampleRow& row : chunk.rows) {
            RETURN_IF_ERROR(ImportRow(call, tx, writing, chunk, row, out.add_verdicts()));
          }
          return out;
        });
      });
}

}  // namespace shian::inspection::sampling
