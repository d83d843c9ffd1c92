// Reads: the frame, draws as they are or were, and what an outsider needs to run one again.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/page.h"
#include "services/inspection/draw/convert.h"
#include "services/inspection/draw/service.h"
#include "services/inspection/draw/store.h"
#include "services/inspection/frame/store.h"

namespace shian::inspection::draw {
namespace {

using errors::Reason;
using errors::Refuse;

// What a request to list asks for, beside its page.
struct ListQuery {
  DrawFilter filter;
  std::optional<State> state;
  absl::Time as_of;
  absl::Time known_at;
};

absl::StatusOr<ListQuery> ToQuery(const rpc::Call& call, const v1::ListDrawsRequest& in) {
  FieldReader read;
  ListQuery query;
  query.filter.region = read.Region("region", in.region(), true);
  if (in.state() != v1::DRAW_STATE_UNSPECIFIED) {
    read.Stated("state", in.state(), v1::DrawState_IsValid);
    query.state = static_cast<State>(static_cast<int>(in.state()) - 1);
  }
  query.as_of = read.Time("as_of", in.has_as_of(), in.as_of(), absl::InfiniteFuture());
  query.known_at = read.Time("known_at", in.has_known_at(), in.known_at(), call.now());
  RETURN_IF_ERROR(read.Done());
  RETURN_IF_ERROR(call.RequireRegion(query.filter.region));
  return query;
}

}  // namespace

grpc::ServerUnaryReactor* DrawService::SummariseFrame(Context* context,
                                                      const v1::SummariseFrameRequest* in,
                                                      v1::SummariseFrameResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::SummariseFrameRequest& request,
                       store::ReadTx& tx, v1::SummariseFrameResponse* response) -> absl::Status {
                      FieldReader read;
                      const std::string region = read.Region("region", request.region(), true);
                      RETURN_IF_ERROR(read.Done());
                      RETURN_IF_ERROR(call.RequireRegion(region));
                      ASSIGN_OR_RETURN(const auto counts, frame::CountTrading(tx, region));
                      for (const frame::Count& one : counts) {
                        v1::FrameCount* count = response->add_counts();
                        count->set_region(one.region);
                        count->set_kind(frame::KindOf(one.kind));
                        count->set_grade(frame::GradeOf(one.grade));
                        count->set_count(one.count);
                      }
                      ASSIGN_OR_RETURN(const auto inspectors, frame::InspectorsFor(tx, region));
                      const Date today = ToDate(call.now());
                      response->set_inspectors(std::count_if(inspectors.begin(), inspectors.end(),
                                                             [&](const frame::Inspector& one) {
                                                               return frame::MayBeDrawn(one, today);
                                                             }));
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* DrawService::GetDraw(Context* context, const v1::GetDrawRequest* in,
                                               v1::GetDrawResponse* out) {
  return edge_.Read(context, in, out,
                    [](const rpc::Call& call, const v1::GetDrawRequest& request, store::ReadTx& tx,
                       v1::GetDrawResponse* response) -> absl::Status {
                      ASSIGN_OR_RETURN(const DrawId id, ToDrawId(request.name()));
                      FieldReader read;
                      const absl::Time as_of = read.Time("as_of", request.has_as_of(),
                                                         request.as_of(), absl::InfiniteFuture());
                      const absl::Time known_at =
                          read.Time("known_at", request.has_known_at(), request.known_at(),
                                    absl::InfiniteFuture());
                      RETURN_IF_ERROR(read.Done());
                      ASSIGN_OR_RETURN(Draw draw, draw::GetDraw(tx, id));
                      RETURN_IF_ERROR(call.RequireRegion(draw.plan.region));
                      const auto then = AsOf(std::move(draw), as_of, known_at);
                      if (!then) return errors::NotFound(request.name());
                      ToProto(*then, true, response->mutable_draw());
                      return absl::OkStatus();
                    });
}

// The state is judged as it was, not by the column that holds the present one, so a page may come
// out short.
grpc::ServerUnaryReactor* DrawService::ListDraws(Context* context, const v1::ListDrawsRequest* in,
                                                 v1::ListDrawsResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::ListDrawsRequest& request, store::ReadTx& tx,
         v1::ListDrawsResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(ListQuery query, ToQuery(call, request));
        ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(request, call.now()));
        query.filter.after = page.after;
        query.filter.limit = page.size;
        ASSIGN_OR_RETURN(const auto draws, draw::ListDraws(tx, query.filter));
        const absl::Time known_at = std::min(query.known_at, page.known_at);
        for (const Draw& one : draws) {
          const auto then = AsOf(one, query.as_of, known_at);
          if (!then || (query.state && StateOf(*then) != *query.state)) continue;
          ToProto(*then, false, response->add_draws());
        }
        if (static_cast<int>(draws.size()) < page.size) return absl::OkStatus();
        response->set_next_page_token(rpc::NextPage(page, draws.back().id.value(), call.now()));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DrawService::GetProofBundle(Context* context,
                                                      const v1::GetProofBundleRequest* in,
                                                      v1::GetProofBundleResponse* out) {
  return edge_.Read(
      context, in, out,
      [](const rpc::Call& call, const v1::GetProofBundleRequest& request, store::ReadTx& tx,
         v1::GetProofBundleResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const DrawId id, ToDrawId(request.name()));
        ASSIGN_OR_RETURN(const Draw draw, draw::GetDraw(tx, id));
        RETURN_IF_ERROR(call.RequireRegion(draw.plan.region));
        if (StateOf(draw) != State::kExecuted) {
          return Refuse(Reason::kDrawNotExecuted,
                        {{"draw", id.value()}, {"state", std::string(StateWord(StateOf(draw)))}});
        }
        ASSIGN_OR_RETURN(const auto lock, ReadLock(tx, draw));
        ToProto(draw, lock, response->mutable_bundle());
        return absl::OkStatus();
      });
}

}  // namespace shian::inspection::draw
