// Disputes about entries (异议).
#include <utility>

#include "libs/auth/approval.h"
#include "libs/base/status_macros.h"
#include "services/sanction/listing/convert_terms.h"
#include "services/sanction/listing/service_change.h"
#include "services/sanction/listing/store.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using policy::v1::ApprovalChain;

}  // namespace

absl::StatusOr<Entry> ListingService::Dispute(store::WriteTx& tx, const rpc::Call& call,
                                              const EntryOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  const Date today = ToDate(tx.now());
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, edge_.policies(), entry.region, today));
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(tx, terms.publicity_chain, today));
  RETURN_IF_ERROR(CheckDispute(entry, tx.now(), convert::BasisOf(chain.policy(), "dispute")));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "dispute", call.officer(), {}, entry.region));
  EntryEvent disputed;
  disputed.act = EntryAct::kDisputed;
  disputed.text = order.text;
  disputed.documents = order.documents;
  disputed.chain_revision = chain.revision;
  ASSIGN_OR_RETURN(
      StartedClock clock,
      convert::StartClock(tx, edge_.policies(),
                          order.from_source ? terms.dispute_source_clock : terms.dispute_clock,
                          today));
  disputed.clocks = {std::move(clock)};
  RETURN_IF_ERROR(Append(tx, call, std::move(disputed), &entry));
  return entry;
}

absl::StatusOr<Entry> ListingService::AnswerDispute(store::WriteTx& tx, const rpc::Call& call,
                                                    const EntryOrder& order) const {
  ASSIGN_OR_RETURN(Entry entry, Open(tx, call, order.name, order.etag));
  const EntryEvent* disputed = entry.Last(EntryAct::kDisputed);
  const Date day = ToDate(disputed == nullptr ? tx.now() : disputed->time);
  ASSIGN_OR_RETURN(const RepairTerms terms,
                   convert::TermsInForce(tx, edge_.policies(), entry.region, day));
  ASSIGN_OR_RETURN(const auto chain,
                   edge_.policies().InForce<ApprovalChain>(tx, terms.publicity_chain, day));
  RETURN_IF_ERROR(
      CheckDisputeDecision(entry, convert::BasisOf(chain.policy(), "dispute_decision")));
  RETURN_IF_ERROR(auth::CheckStep(chain.policy(), "dispute_decision", call.officer(),
                                  {{"dispute", disputed->actor.person, disputed->time}},
                                  entry.region));
  EntryEvent answered;
  answered.act = order.granted ? EntryAct::kDisputeUpheld : EntryAct::kDisputeDismissed;
  answered.text = order.text;
  answered.documents = order.documents;
  answered.chain_revision = chain.revision;
  RETURN_IF_ERROR(Append(tx, call, std::move(answered), &entry));
  return entry;
}

ListingService::Reactor* ListingService::FileDispute(Context* context,
                                                     const v1::FileDisputeRequest* in,
                                                     v1::FileDisputeResponse* out) {
  const auto read = [](const v1::FileDisputeRequest& request, Reader* reader) {
    EntryOrder order = ToEntryOrder(request, reader);
    order.from_source = request.from_source();
    return order;
  };
  return Change(context, in, out, read, &ListingService::Dispute);
}

ListingService::Reactor* ListingService::DecideDispute(Context* context,
                                                       const v1::DecideDisputeRequest* in,
                                                       v1::DecideDisputeResponse* out) {
  const auto read = [](const v1::DecideDisputeRequest& request, Reader* reader) {
    EntryOrder order = ToEntryOrder(request, reader);
    order.granted = request.upheld();
    return order;
  };
  return Change(context, in, out, read, &ListingService::AnswerDispute);
}

}  // namespace shian::sanction
