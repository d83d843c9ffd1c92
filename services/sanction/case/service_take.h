// How CaseService takes an act: inside of the module only, for the files that define its RPCs.
#pragma once

#include <utility>

#include "libs/base/status_macros.h"
#include "services/sanction/case/service.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction {

// Reads the request with `fill`, takes the act in the transaction, and shows the case it gives.
template <class In, class Out, class Fill>
CaseService::Reactor* CaseService::TakeAct(Context* context, const In* in, Out* out, Act act,
                                           Fill fill) {
  return edge_.Write(
      context, in, out,
      [this, act, fill](const rpc::Call& call,
                        const In& request) -> absl::StatusOr<rpc::Body<Out>> {
        convert::Reader reader;
        ActOrder order;
        order.act = act;
        order.name = reader.Matter("name", request.name(), "cases");
        order.etag = request.etag();
        if constexpr (requires { request.documents(); }) {
          order.event.documents = reader.Documents(request.documents());
        }
        fill(request, reader, &order);
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(order.not_uploaded, acts_.NotUploaded(order.event.documents));
        return rpc::Body<Out>([this, &call, order](store::WriteTx& tx) -> absl::StatusOr<Out> {
          ASSIGN_OR_RETURN(const Case c, Take(tx, call, order));
          Out reply;
          ASSIGN_OR_RETURN(*reply.mutable_case_(), acts_.Show(tx, call, c, call.now()));
          return reply;
        });
      });
}

// The text of an act, and whether it needs one.
template <class In>
void FillTextOf(const In& in, convert::Reader& reader, ActOrder* order,
                convert::Reader::Need need = convert::Reader::Need::kRequired) {
  order->event.text = reader.Text("text", in.text(), limits::kTextCodePointsMax, need);
}

}  // namespace shian::sanction
