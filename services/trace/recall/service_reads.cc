// Reads of recalls, as they are or were.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/rpc/page.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/scope.h"
#include "services/trace/recall/service.h"
#include "services/trace/recall/service_open.h"
#include "services/trace/recall/store.h"

namespace shian::trace {
namespace {

// A first page sees all that its request lets it see, a later one no more than the first did.
template <class In>
absl::Time PastOfPage(const In& in, const rpc::PageStart& page, absl::Time stated) {
  return in.page_token().empty() ? stated : std::min(stated, page.known_at);
}

// Keys of the pages: frozen lots sort before late ones.
constexpr absl::string_view kFrozenKey = "f", kLateKey = "l";

absl::Status ListLots(genealogy::LiveGraph& live, const rpc::Call& call,
                      const v1::ListRecallLotsRequest& in, store::ReadTx& tx,
                      v1::ListRecallLotsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time known_at, recall::TimeOr(in.has_known_at(), in.known_at(),
                                                             "known_at", absl::InfiniteFuture()));
  const absl::Time at = PastOfPage(in, page, known_at);
  ASSIGN_OR_RETURN(const Recall of, recall::Open(call, tx, id, at));
  absl::string_view after = page.after;
  const bool in_late = absl::ConsumePrefix(&after, kLateKey);
  absl::ConsumePrefix(&after, kFrozenKey);
  out->set_complete(true);
  const auto add = [&](const ScopeLot& lot, bool late) {
    if (out->lots_size() == page.size) {
      const v1::RecallLot& last = out->lots(page.size - 1);
      const absl::string_view key = last.late() ? kLateKey : kFrozenKey;
      out->set_next_page_token(rpc::NextPage(page, absl::StrCat(key, last.epc()), call.now()));
      return false;
    }
    *out->add_lots() = recall::ToProto(lot, late);
    return true;
  };
  if (of.frozen() && !in.late_only() && !in_late) {
    ASSIGN_OR_RETURN(const auto frozen,
                     recall::ListScope(tx, id, std::string(after), page.size + 1));
    for (const ScopeLot& lot : frozen) {
      if (!add(lot, false)) return absl::OkStatus();
    }
    after = "";
  }
  if (!of.frozen() && in.late_only()) return absl::OkStatus();
  bool complete = true;
  ASSIGN_OR_RETURN(const auto lots, recall::LiveLots(live, tx, of, at, of.frozen(), &complete));
  out->set_complete(complete);
  for (const ScopeLot& lot : lots) {
    if (lot.epc > after && !add(lot, of.frozen())) break;
  }
  return absl::OkStatus();
}

absl::Status ListHolders(const rpc::Call& call, const v1::ListRecallNoticesRequest& in,
                         store::ReadTx& tx, v1::ListRecallNoticesResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time past, recall::PastOf(in));
  const absl::Time at = PastOfPage(in, page, past);
  RETURN_IF_ERROR(recall::Open(call, tx, id, at).status());
  ASSIGN_OR_RETURN(const auto notices, recall::ListNotices(tx, id, page.after, page.size + 1, at));
  for (const Notice& notice : notices) {
    if (out->notices_size() == page.size) {
      const std::string& last = notices[page.size - 1].id;
      out->set_next_page_token(rpc::NextPage(page, last, call.now()));
      break;
    }
    *out->add_notices() = recall::ToProto(notice);
  }
  return absl::OkStatus();
}

absl::Status ListAll(rpc::Edge& edge, const rpc::Call& call, const v1::ListRecallsRequest& in,
                     store::ReadTx& tx, v1::ListRecallsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(recall::RecallFilter filter, recall::ToFilter(in));
  ASSIGN_OR_RETURN(const absl::Time past, recall::PastOf(in));
  filter.at = PastOfPage(in, page, past);
  if (filter.region.empty()) filter.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(filter.region));
  ASSIGN_OR_RETURN(const auto recalls, recall::ListRecalls(tx, filter, page.after, page.size + 1));
  for (const Recall& each : recalls) {
    if (out->recalls_size() == page.size) {
      const std::string& last = recalls[page.size - 1].id;
      out->set_next_page_token(rpc::NextPage(page, last, call.now()));
      break;
    }
    ASSIGN_OR_RETURN(*out->add_recalls(),
                     recall::ToProto(tx, edge.policies(), each, call.locale()));
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RecallService::GetRecall(grpc::CallbackServerContext* context,
                                                   const v1::GetRecallRequest* in,
                                                   v1::GetRecallResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetRecallRequest& in, store::ReadTx& tx,
                           v1::GetRecallResponse* out) -> absl::Status {
                      ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.name(), "name"));
                      ASSIGN_OR_RETURN(const absl::Time past, recall::PastOf(in));
                      ASSIGN_OR_RETURN(const Recall found, recall::Open(call, tx, id, past));
                      ASSIGN_OR_RETURN(*out->mutable_recall(),
                                       recall::ToProto(tx, edge_.policies(), found, call.locale()));
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* RecallService::ListRecalls(grpc::CallbackServerContext* context,
                                                     const v1::ListRecallsRequest* in,
                                                     v1::ListRecallsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListRecallsRequest& in, store::ReadTx& tx,
             v1::ListRecallsResponse* out) { return ListAll(edge_, call, in, tx, out); });
}

grpc::ServerUnaryReactor* RecallService::ListRecallLots(grpc::CallbackServerContext* context,
                                                        const v1::ListRecallLotsRequest* in,
                                                        v1::ListRecallLotsResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListRecallLotsRequest& in, store::ReadTx& tx,
             v1::ListRecallLotsResponse* out) { return ListLots(graph_, call, in, tx, out); });
}

grpc::ServerUnaryReactor* RecallService::ListRecallNotices(grpc::CallbackServerContext* context,
                                                           const v1::ListRecallNoticesRequest* in,
                                                           v1::ListRecallNoticesResponse* out) {
  return edge_.Read(context, in, out, ListHolders);
}

}  // namespace shian::trace
