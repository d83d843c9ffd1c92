// What became of a recall's goods, how well it works, and its end.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/page.h"
#include "services/trace/recall/convert.h"
#include "services/trace/recall/convert_conduct.h"
#include "services/trace/recall/limits.h"
#include "services/trace/recall/service_conduct.h"
#include "services/trace/recall/service_open.h"
#include "services/trace/recall/service_write.h"
#include "services/trace/recall/store.h"
#include "services/trace/recall/store_conduct.h"

namespace shian::trace {
namespace {

// What it takes back, or whether its measure may be taken.
absl::Status CheckRow(const policy::Policies& policies, store::ReadTx& tx, const Recall& of,
                      const errors::Basis& basis, const Disposal& row) {
  if (row.takes_back != 0) {
    ASSIGN_OR_RETURN(const auto earlier, recall::FindDisposal(tx, of.id, row.takes_back));
    if (earlier) return CheckTakeBack(*earlier, basis);
    return errors::NotFound(absl::StrCat(of.name(), "/disposals/", row.takes_back));
  }
  if (row.time < of.freeze_time) {
    return errors::InvalidField("dispose_time", {"must not be before the recall was started",
                                                 "不得早于召回启动时间", "ORDER"});
  }
  ASSIGN_OR_RETURN(const DisposalRule rule,
                   recall::RuleOfDisposal(tx, policies, of, row.measure, ToDate(row.time)));
  return CheckDisposal(of, rule, row);
}

absl::StatusOr<v1::ReportDisposalResponse> RunDisposal(const policy::Policies& policies,
                                                       const rpc::Call& call, Disposal row,
                                                       store::WriteTx& tx) {
  ASSIGN_OR_RETURN(const Recall of, recall::Open(call, tx, row.recall));
  ASSIGN_OR_RETURN(const errors::Basis basis,
                   recall::CheckStep(policies, tx, "disposal", call.officer(), of));
  RETURN_IF_ERROR(CheckDisposable(of, basis));
  RETURN_IF_ERROR(CheckRow(policies, tx, of, basis, row));
  ASSIGN_OR_RETURN(row.number, recall::NextDisposal(tx, of.id));
  row.by = recall::ToOfficer(call.officer());
  row.recorded = tx.now();
  RETURN_IF_ERROR(recall::InsertDisposal(tx, row));
  v1::ReportDisposalResponse out;
  *out.mutable_disposal() = recall::ToProto(row);
  v1::RecallDisposed told;
  told.set_disposal(row.name());
  told.set_operator_(of.operator_);
  told.set_measure(out.disposal().measure());
  told.set_quantity(row.quantity);
  told.set_uom(row.uom);
  told.set_takes_back(out.disposal().takes_back());
  RETURN_IF_ERROR(recall::Tell(tx, of, "disposed", told.SerializeAsString(), call.officer()));
  return out;
}

// Each notice as of `at`, in the order of their ids.
absl::Status ForEachNotice(store::ReadTx& tx, const std::string& id, absl::Time at,
                           absl::FunctionRef<void(Notice)> take) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(auto some, recall::ListNotices(tx, id, after, limits::kRowsTogether, at));
    const bool more = some.size() == static_cast<size_t>(limits::kRowsTogether);
    if (more) after = some.back().id;
    for (Notice& notice : some) take(std::move(notice));
    if (!more) return absl::OkStatus();
  }
}

absl::StatusOr<std::vector<Disposal>> AllDisposals(store::ReadTx& tx, const std::string& id,
                                                   absl::Time at = absl::InfiniteFuture()) {
  std::vector<Disposal> all;
  while (true) {
    const int64_t after = all.empty() ? 0 : all.back().number;
    ASSIGN_OR_RETURN(auto some, recall::ListDisposals(tx, id, after, limits::kRowsTogether, at));
    for (Disposal& row : some) all.push_back(std::move(row));
    if (some.size() < static_cast<size_t>(limits::kRowsTogether)) return all;
  }
}

// What the closing rests on, and the notices that it explains, with their reasons.
absl::StatusOr<ClosingState> StateOf(store::ReadTx& tx, const Recall& of,
                                     const recall::ClosingOrder& order,
                                     std::vector<Notice>* explained) {
  ClosingState state;
  ASSIGN_OR_RETURN(const auto plan, recall::FindPlan(tx, of.id, 0));
  state.plan_accepted = plan && plan->assessment && plan->assessment->accepted;
  state.no_disposal_explained = !order.no_disposal_reason.empty();
  ASSIGN_OR_RETURN(const auto disposals, AllDisposals(tx, of.id));
  state.disposed = std::any_of(disposals.begin(), disposals.end(),
                               [](const Disposal& row) { return row.stands(); });
  size_t named = 0;
  RETURN_IF_ERROR(ForEachNotice(tx, of.id, absl::InfiniteFuture(), [&](Notice notice) {
    const auto reason = order.unanswered.find(notice.id);
    const bool has_reason = reason != order.unanswered.end();
    if (has_reason) ++named;
    if (notice.state == NoticeState::kAcknowledged) return;
    if (!has_reason) return state.unanswered.push_back(notice.id);
    notice.unanswered_reason = reason->second;
    ++notice.version;
    explained->push_back(std::move(notice));
  }));
  if (named == order.unanswered.size()) return state;
  return errors::InvalidField(
      "unanswered", {"must name notices of this recall", "应为本召回的通知名称", "NOTICE_NAME"});
}

absl::StatusOr<v1::CloseRecallResponse> RunClose(const policy::Policies& policies,
                                                 const rpc::Call& call,
                                                 const recall::ClosingOrder& order,
                                                 store::WriteTx& tx) {
  ASSIGN_OR_RETURN(Recall of, recall::Open(call, tx, order.recall));
  RETURN_IF_ERROR(recall::CheckEtag(order.etag, of.version, of.name()));
  ASSIGN_OR_RETURN(const errors::Basis basis,
                   recall::CheckStep(policies, tx, "closing", call.officer(), of));
  std::vector<Notice> explained;
  ASSIGN_OR_RETURN(const ClosingState state, StateOf(tx, of, order, &explained));
  RETURN_IF_ERROR(Close(state, basis, tx.now(), &of));
  for (const Notice& notice : explained) RETURN_IF_ERROR(recall::PutNotice(tx, notice));
  RETURN_IF_ERROR(recall::PutRecall(tx, of));
  RETURN_IF_ERROR(recall::PutStep(tx, of.id,
                                  {.act = RecallAct::kClosed,
                                   .version = of.version,
                                   .by = recall::ToOfficer(call.officer()),
                                   .time = tx.now(),
                                   .text = order.summary,
                                   .more = order.no_disposal_reason}));
  v1::CloseRecallResponse out;
  ASSIGN_OR_RETURN(*out.mutable_recall(), recall::ToProto(tx, policies, of, call.locale()));
  v1::RecallClosed told;
  told.set_recall(of.name());
  told.set_operator_(of.operator_);
  told.set_notices_issued(of.holder_count);
  told.set_notices_acknowledged(of.acknowledged_count);
  RETURN_IF_ERROR(recall::Tell(tx, of, "closed", told.SerializeAsString(), call.officer()));
  RETURN_IF_ERROR(recall::Publish(tx, of, out.recall()));
  return out;
}

absl::Status ReadEffect(genealogy::LiveGraph& live, const rpc::Call& call,
                        const v1::GetRecallEffectRequest& in, store::ReadTx& tx,
                        v1::GetRecallEffectResponse* out) {
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.name(), "name"));
  ASSIGN_OR_RETURN(const absl::Time at, recall::PastOf(in));
  ASSIGN_OR_RETURN(const Recall of, recall::Open(call, tx, id, at));
  std::vector<Notice> notices;
  RETURN_IF_ERROR(ForEachNotice(tx, id, at, [&](Notice notice) {
    notice.holder.lots.clear();  // there may be many
    notices.push_back(std::move(notice));
  }));
  ASSIGN_OR_RETURN(const auto disposals, AllDisposals(tx, id, at));
  *out->mutable_effect() = recall::ToProto(EffectOf(notices, disposals));
  out->mutable_effect()->set_lots_frozen(of.lot_count);
  out->mutable_effect()->set_lots_complete(true);
  if (!of.frozen()) return absl::OkStatus();
  bool complete = true;
  ASSIGN_OR_RETURN(const auto late, recall::LiveLots(live, tx, of, at, true, &complete));
  out->mutable_effect()->set_lots_late(static_cast<int64_t>(late.size()));
  out->mutable_effect()->set_lots_complete(complete);
  return absl::OkStatus();
}

absl::Status ListRows(const rpc::Call& call, const v1::ListDisposalsRequest& in, store::ReadTx& tx,
                      v1::ListDisposalsResponse* out) {
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  ASSIGN_OR_RETURN(const std::string id, recall::RecallId(in.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time past, recall::PastOf(in));
  const absl::Time at = in.page_token().empty() ? past : std::min(past, page.known_at);
  RETURN_IF_ERROR(recall::Open(call, tx, id, at).status());
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return absl::DataLossError("a page of disposals begins after no number");
  }
  ASSIGN_OR_RETURN(const auto rows, recall::ListDisposals(tx, id, after, page.size + 1, at));
  for (const Disposal& row : rows) {
    if (out->disposals_size() == page.size) {
      const int64_t last = rows[page.size - 1].number;
      out->set_next_page_token(rpc::NextPage(page, absl::StrCat(last), call.now()));
      break;
    }
    *out->add_disposals() = recall::ToProto(row);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RecallConductService::ReportDisposal(grpc::CallbackServerContext* context,
                                                               const v1::ReportDisposalRequest* in,
                                                               v1::ReportDisposalResponse* out) {
  const auto convert = [](const rpc::Call& call, const v1::ReportDisposalRequest& in) {
    return recall::ToDisposal(in, call.now());
  };
  return recall::Write(edge_, context, in, out, convert, RunDisposal);
}

grpc::ServerUnaryReactor* RecallConductService::ListDisposals(grpc::CallbackServerContext* context,
                                                              const v1::ListDisposalsRequest* in,
                                                              v1::ListDisposalsResponse* out) {
  return edge_.Read(context, in, out, ListRows);
}

grpc::ServerUnaryReactor* RecallConductService::GetRecallEffect(
    grpc::CallbackServerContext* context, const v1::GetRecallEffectRequest* in,
    v1::GetRecallEffectResponse* out) {
  return edge_.ReadBlocking(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetRecallEffectRequest& in, store::ReadTx& tx,
             v1::GetRecallEffectResponse* out) { return ReadEffect(graph_, call, in, tx, out); });
}

grpc::ServerUnaryReactor* RecallConductService::CloseRecall(grpc::CallbackServerContext* context,
                                                            const v1::CloseRecallRequest* in,
                                                            v1::CloseRecallResponse* out) {
  const auto convert = [](const rpc::Call&, const v1::CloseRecallRequest& in) {
    return recall::ToClosing(in);
  };
  return recall::Write(edge_, context, in, out, convert, RunClose);
}

}  // namespace shian::trace
