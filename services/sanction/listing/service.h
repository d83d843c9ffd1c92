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
#include "services/sanction/listing/steps.h"
#include "shian/sanction/v1/listing_service.grpc.pb.h"

namespace shian::sanction {

// Runs in the transaction that publishes an entry; gives the names of the measures it ordered.
using PublishedHook =
    std::function<absl::StatusOr<std::vector<std::string>>(store::WriteTx&, const Entry&)>;

// Runs in the transaction that ends an entry by its repair.
using EndedHook = std::function<absl::Status(store::WriteTx&, const Entry&)>;

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
  Reactor* RequestRepair(Context* context, const v1::RequestRepairRequest* in,
                         v1::RequestRepairResponse* out) override;
  Reactor* DecideRepair(Context* context, const v1::DecideRepairRequest* in,
                        v1::DecideRepairResponse* out) override;
  Reactor* GetEntry(Context* context, const v1::GetEntryRequest* in,
                    v1::GetEntryResponse* out) override;
  Reactor* ListEntries(Context* context, const v1::ListEntriesRequest* in,
                       v1::ListEntriesResponse* out) override;

 private:
  struct Decision;
  struct RepairOrder;

  template <class In, class Out, class Read, class Act>
  Reactor* Change(Context* context, const In* in, Out* out, Read read, Act act);
  template <class In>
  static RepairOrder ToOrder(const In& request, convert::Reader* reader);

  absl::StatusOr<ListingRule> RuleOf(store::ReadTx& tx, absl::string_view list,
                                     absl::string_view region, absl::Time now) const;
  absl::StatusOr<Entry> Open(store::ReadTx& tx, const rpc::Call& call,
                             const convert::MatterName& name, absl::string_view etag) const;
  absl::StatusOr<Entry> Decide(store::WriteTx& tx, const rpc::Call& call,
                               const Decision& decision) const;
  absl::StatusOr<Entry> Publish(store::WriteTx& tx, const rpc::Call& call,
                                const convert::MatterName& name, absl::string_view etag) const;
  absl::StatusOr<Entry> AskRepair(store::WriteTx& tx, const rpc::Call& call,
                                  const RepairOrder& order) const;
  absl::StatusOr<Entry> AnswerRepair(store::WriteTx& tx, const rpc::Call& call,
                                     const RepairOrder& order) const;
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
