// How the acts of ListingService read a request, run and answer.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/listing/service.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction {

// What most acts on an entry say: why, and what proves it.
struct EntryOrder {
  convert::MatterName name;
  std::string etag;
  RepairClaim claim;
  bool granted = false;
  bool from_source = false;
  std::string text;
  std::vector<Document> documents;
};

template <class In>
EntryOrder ToEntryOrder(const In& request, convert::Reader* reader) {
  using Need = convert::Reader::Need;
  EntryOrder order;
  order.name = reader->Matter("name", request.name(), "entries");
  order.etag = request.etag();
  order.text = reader->Text("text", request.text(), limits::kTextCodePointsMax, Need::kRequired);
  order.documents = reader->Documents(request.documents());
  return order;
}

// Reads the request, runs `act` in the transaction, and shows the entry it gives.
template <class In, class Out, class Read, class Act>
ListingService::Reactor* ListingService::Change(Context* context, const In* in, Out* out, Read read,
                                                Act act) {
  return edge_.Write(
      context, in, out,
      [this, read, act](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        convert::Reader reader;
        const auto order = read(request, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const auto missing, acts_.NotUploaded(order.documents));
        return rpc::Body<Out>([=, this, &call](store::WriteTx& tx) -> absl::StatusOr<Out> {
          RETURN_IF_ERROR(acts_.CheckIssued(tx, order.name.op, missing));
          ASSIGN_OR_RETURN(Entry entry, (this->*act)(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_entry(), Show(tx, call, std::move(entry), tx.now()));
          return reply;
        });
      });
}

}  // namespace shian::sanction
