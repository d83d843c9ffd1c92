// Codes issued, listed and drawn, and how often goods were looked up.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/qr/qr.h"
#include "libs/rpc/page.h"
#include "services/trace/genealogy/service_lots.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/lookup/convert.h"
#include "services/trace/lookup/service.h"
#include "services/trace/lookup/store.h"

namespace shian::trace {
namespace {

using lookup::Code;

// Division of the first of the operator's places that the caller may speak for.
absl::StatusOr<std::string> RegionOfOperator(const rpc::Call& call, store::ReadTx& tx,
                                             const std::string& operator_name) {
  ASSIGN_OR_RETURN(const auto places, genealogy::PlacesOf(tx, operator_name));
  absl::Status refused = errors::NotFound(operator_name);
  for (const genealogy::Place& place : places) {
    refused = call.RequireRegion(place.region);
    if (refused.ok()) return place.region;
  }
  return refused;
}

absl::StatusOr<v1::IssueCodeResponse> RunIssue(const rpc::Call& call,
                                               const lookup::IssueOrder& order,
                                               store::WriteTx& tx) {
  ASSIGN_OR_RETURN(const std::string region, RegionOfOperator(call, tx, order.operator_));
  ASSIGN_OR_RETURN(const auto known, lookup::FindCode(tx, order.goods.epc, order.operator_));
  v1::IssueCodeResponse out;
  if (known && known->lot == order.goods.lot) {
    *out.mutable_code() = lookup::ToProto(*known);
    return out;
  }
  if (known) {
    return errors::Refuse(errors::Reason::kAlreadyExists,
                          {{"name", absl::StrCat("codes/", known->id)}});
  }
  const Code code{order.goods.epc,  order.operator_,  tx.NewId(),
                  order.goods.kind, order.goods.lot,  order.link,
                  region,           call.system().id, tx.now()};
  RETURN_IF_ERROR(lookup::InsertCode(tx, code));
  *out.mutable_code() = lookup::ToProto(code);
  return out;
}

absl::Status ListAll(const rpc::Call& call, const v1::ListCodesRequest& in, store::ReadTx& tx,
                     v1::ListCodesResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const lookup::CodeFilter filter, lookup::ToFilter(in, call.system().region));
  RETURN_IF_ERROR(call.RequireRegion(filter.region_first));
  ASSIGN_OR_RETURN(const auto codes, lookup::ListCodes(tx, filter, page.after, page.size + 1));
  for (const Code& code : codes) {
    if (out->codes_size() == page.size) {
      const std::string& last = codes[static_cast<size_t>(page.size) - 1].id;
      out->set_next_page_token(rpc::NextPage(page, last, call.now()));
      break;
    }
    *out->add_codes() = lookup::ToProto(code);
  }
  return absl::OkStatus();
}

absl::Status Draw(const rpc::Call& call, const v1::RenderCodeRequest& in, store::ReadTx& tx,
                  v1::RenderCodeResponse* out) {
  ASSIGN_OR_RETURN(const lookup::Drawing drawing, lookup::ToDrawing(in));
  ASSIGN_OR_RETURN(const auto code, lookup::FindCodeById(tx, drawing.code));
  if (!code) return errors::NotFound(in.name());
  RETURN_IF_ERROR(call.RequireRegion(code->region));
  ASSIGN_OR_RETURN(const qr::Symbol symbol, qr::Encode(code->link, drawing.correction));
  ASSIGN_OR_RETURN(*out->mutable_picture(), drawing.png ? qr::ToPng(symbol, drawing.module_pixels)
                                                        : qr::ToSvg(symbol, drawing.module_pixels));
  out->set_media_type(drawing.png ? "image/png" : "image/svg+xml");
  out->set_link(code->link);
  out->set_modules(symbol.size);
  return absl::OkStatus();
}

// Whose business it is how often an identifier was looked up: who may speak for one of its codes,
// or for a place at which it was seen.
absl::Status RequireGoods(const rpc::Call& call, genealogy::LiveGraph& live, store::ReadTx& tx,
                          const std::string& epc) {
  // A code is had for the asking, so it opens no goods that were seen elsewhere.
  RETURN_IF_ERROR(live.Read(tx, [&](const Graph& graph) {
    return genealogy::RequireSeed(call, graph, graph.Now(), tx, epc);
  }));
  ASSIGN_OR_RETURN(const auto codes, lookup::CodesOf(tx, epc));
  absl::Status refused;
  for (const Code& code : codes) {
    refused = call.RequireRegion(code.region);
    if (refused.ok()) break;
  }
  return refused;
}

absl::Status ListCounts(genealogy::LiveGraph& live, const rpc::Call& call,
                        const v1::ListScansRequest& in, store::ReadTx& tx,
                        v1::ListScansResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(lookup::ScanFilter filter, lookup::ToFilter(in, ToDate(call.now())));
  filter.codes_of = RangeOf(call.system().region);
  ASSIGN_OR_RETURN(const lookup::ScanKey after, lookup::ToKey(page.after));
  if (filter.epc.empty()) {
    RETURN_IF_ERROR(RegionOfOperator(call, tx, filter.operator_name).status());
  } else {
    RETURN_IF_ERROR(RequireGoods(call, live, tx, filter.epc));
  }
  ASSIGN_OR_RETURN(const auto scans, lookup::ListScans(tx, filter, after, page.size + 1));
  for (const lookup::ScanRow& row : scans) {
    if (out->scans_size() == page.size) {
      const lookup::ScanKey& last = scans[static_cast<size_t>(page.size) - 1].key;
      out->set_next_page_token(rpc::NextPage(page, lookup::ToText(last), call.now()));
      break;
    }
    *out->add_scans() = lookup::ToProto(row);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* CodeService::IssueCode(grpc::CallbackServerContext* context,
                                                 const v1::IssueCodeRequest* in,
                                                 v1::IssueCodeResponse* out) {
  return edge_.Write(
      context, in, out,
      [this](const rpc::Call& call,
             const v1::IssueCodeRequest& in) -> absl::StatusOr<rpc::Body<v1::IssueCodeResponse>> {
        ASSIGN_OR_RETURN(const lookup::IssueOrder order, lookup::ToOrder(in, resolver_));
        return rpc::Body<v1::IssueCodeResponse>(
            [&call, order](store::WriteTx& tx) { return RunIssue(call, order, tx); });
      });
}

grpc::ServerUnaryReactor* CodeService::ListCodes(grpc::CallbackServerContext* context,
                                                 const v1::ListCodesRequest* in,
                                                 v1::ListCodesResponse* out) {
  return edge_.Read(context, in, out, ListAll);
}

// Pictures are drawn on the pool: a large one takes milliseconds.
grpc::ServerUnaryReactor* CodeService::RenderCode(grpc::CallbackServerContext* context,
                                                  const v1::RenderCodeRequest* in,
                                                  v1::RenderCodeResponse* out) {
  return edge_.ReadBlocking(context, in, out, Draw);
}

grpc::ServerUnaryReactor* CodeService::ListScans(grpc::CallbackServerContext* context,
                                                 const v1::ListScansRequest* in,
                                                 v1::ListScansResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListScansRequest& in, store::ReadTx& tx,
             v1::ListScansResponse* out) { return ListCounts(graph_, call, in, tx, out); });
}

}  // namespace shian::trace
