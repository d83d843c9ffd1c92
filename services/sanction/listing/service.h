// shian.sanction.v1.ListingService.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/edge.h"
#include "services/sanction/case/service.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/listing/service_steps.h"
#include "services/sanction/listing/steps.h"
#include "services/sanction/listing/store.h"
#include "shian/sanction/v1/listing_service.grpc.pb.h"

namespace shian::sanction {

// Runs in the transaction that publishes an entry of a list with joint measures or incentives;
// gives the names of what it ordered.
using PublishedHook =
    std::function<absl::StatusOr<std::vector<std::string>>(store::WriteTx&, const Entry&)>;

// Runs in the transaction that ends a published entry by its repair, its removal or its annulment.
using EndedHook = std::function<absl::Status(store::WriteTx&, const Entry&)>;

struct EntryOrder;

class ListingService final : public v1::ListingService::CallbackService {
 public:
  ListingService(rpc::Edge& edge, PublishedHook published, EndedHook ended, IssuedHook issued)
      : edge_(edge),
        acts_(edge, std::move(issued)),
        published_(std::move(published)),
        ended_(std::move(ended)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* DecideListing(Context* context, const v1::DecideListingRequest* in,
                         v1::DecideListingResponse* out) override;
  Reactor* PublishListing(Context* context, const v1::PublishListingRequest* in,
                          v1::PublishListingResponse* out) override;
  Reactor* PublishEdition(Context* context, const v1::PublishEditionRequest* in,
                          v1::PublishEditionResponse* out) override;
  Reactor* RemoveEntry(Context* context, const v1::RemoveEntryRequest* in,
                       v1::RemoveEntryResponse* out) override;
  Reactor* AnnulEntry(Context* context, const v1::AnnulEntryRequest* in,
                      v1::AnnulEntryResponse* out) override;
  Reactor* RequestRepair(Context* context, const v1::RequestRepairRequest* in,
                         v1::RequestRepairResponse* out) override;
  Reactor* AcceptRepair(Context* context, const v1::AcceptRepairRequest* in,
                        v1::AcceptRepairResponse* out) override;
  Reactor* DecideRepair(Context* context, const v1::DecideRepairRequest* in,
                        v1::DecideRepairResponse* out) override;
  Reactor* FileDispute(Context* context, const v1::FileDisputeRequest* in,
                       v1::FileDisputeResponse* out) override;
  Reactor* DecideDispute(Context* context, const v1::DecideDisputeRequest* in,
                         v1::DecideDisputeResponse* out) override;
  Reactor* GetEntry(Context* context, const v1::GetEntryRequest* in,
                    v1::GetEntryResponse* out) override;
  Reactor* ListEntries(Context* context, const v1::ListEntriesRequest* in,
                       v1::ListEntriesResponse* out) override;

 private:
  struct Decision;

  template <class In, class Out, class Read, class Act>
  Reactor* Change(Context* context, const In* in, Out* out, Read read, Act act);

  absl::StatusOr<ListingRule> RuleOf(store::ReadTx& tx, absl::string_view list,
                                     absl::string_view region, absl::Time now) const;
  // For reading.
  absl::StatusOr<Entry> Find(store::ReadTx& tx, const rpc::Call& call,
                             const convert::MatterName& name) const;
  // For an act on it: refused for one that was made elsewhere.
  absl::StatusOr<Entry> Open(store::ReadTx& tx, const rpc::Call& call,
                             const convert::MatterName& name, absl::string_view etag) const;
  absl::StatusOr<Entry> Decide(store::WriteTx& tx, const rpc::Call& call,
                               const Decision& decision) const;
  absl::StatusOr<v1::PublishListingResponse> Publish(store::WriteTx& tx, const rpc::Call& call,
                                                     const convert::MatterName& name,
                                                     absl::string_view etag) const;
  // Takes the step on the case; gives the revision of its chain.
  absl::StatusOr<std::string> PublishWithCase(store::WriteTx& tx, const rpc::Call& call,
                                              const Entry& entry) const;
  // The same for an entry that began with a nomination.
  absl::StatusOr<std::string> PublishNominated(store::WriteTx& tx, const rpc::Call& call,
                                               const ListingRule& rule, const Entry& entry) const;
  // The entry takes effect; gives the names of what was ordered with it.
  absl::StatusOr<std::vector<std::string>> TakeEffect(store::WriteTx& tx, const rpc::Call& call,
                                                      const std::string& chain_revision,
                                                      Entry* entry) const;
  absl::StatusOr<v1::PublishEditionResponse> PublishAll(store::WriteTx& tx, const rpc::Call& call,
                                                        const Edition& edition) const;
  absl::StatusOr<ListingRule> RuleOfEntry(store::ReadTx& tx, const Entry& entry) const;
  absl::StatusOr<ListStep> CheckNominatedStep(store::ReadTx& tx, const rpc::Call& call,
                                              const ListingRule& rule, const Entry& entry,
                                              const char* act) const;
  absl::StatusOr<Entry> EndNominated(store::WriteTx& tx, const rpc::Call& call,
                                     const EntryOrder& order, EntryAct act) const;
  absl::StatusOr<Entry> Remove(store::WriteTx& tx, const rpc::Call& call,
                               const EntryOrder& order) const;
  absl::StatusOr<Entry> Annul(store::WriteTx& tx, const rpc::Call& call,
                              const EntryOrder& order) const;
  absl::StatusOr<Entry> AskRepair(store::WriteTx& tx, const rpc::Call& call,
                                  const EntryOrder& order) const;
  absl::StatusOr<Entry> TakeInRepair(store::WriteTx& tx, const rpc::Call& call,
                                     const EntryOrder& order) const;
  absl::StatusOr<Entry> AnswerRepair(store::WriteTx& tx, const rpc::Call& call,
                                     const EntryOrder& order) const;
  absl::StatusOr<Entry> Dispute(store::WriteTx& tx, const rpc::Call& call,
                                const EntryOrder& order) const;
  absl::StatusOr<Entry> AnswerDispute(store::WriteTx& tx, const rpc::Call& call,
                                      const EntryOrder& order) const;
  absl::Status Append(store::WriteTx& tx, const rpc::Call& call, EntryEvent event,
                      Entry* entry) const;
  absl::StatusOr<v1::Entry> Show(store::ReadTx& tx, const rpc::Call& call, Entry entry,
                                 absl::Time as_of) const;

  rpc::Edge& edge_;
  const CaseActs acts_;
  const PublishedHook published_;
  const EndedHook ended_;
};

}  // namespace shian::sanction
