// A write of the service of recalls: `convert` reads the request, `run` does the transaction.
#pragma once

#include "absl/status/statusor.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/edge.h"

namespace shian::trace::recall {

template <class In, class Out, class Convert, class Run>
grpc::ServerUnaryReactor* Write(rpc::Edge& edge, grpc::CallbackServerContext* context, const In* in,
                                Out* out, Convert convert, Run run) {
  return edge.Write(
      context, in, out,
      [&edge, convert, run](const rpc::Call& call, const In& in) -> absl::StatusOr<rpc::Body<Out>> {
        ASSIGN_OR_RETURN(const auto order, convert(call, in));
        return rpc::Body<Out>([&edge, &call, run, order](store::WriteTx& tx) {
          return run(edge.policies(), call, order, tx);
        });
      });
}

}  // namespace shian::trace::recall
