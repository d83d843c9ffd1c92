// shian.sanction.v1.ScreeningService.
#pragma once

#include "libs/rpc/edge.h"
#include "services/sanction/screening/index.h"
#include "services/sanction/screening/store.h"
#include "shian/sanction/v1/screening_service.grpc.pb.h"

namespace shian::sanction {

class ScreeningService final : public v1::ScreeningService::CallbackService {
 public:
  explicit ScreeningService(rpc::Edge& edge) : edge_(edge), follower_(&index_) {}

  // Builds the index before the first call, which would else wait for it.
  absl::Status Warm();

  grpc::ServerUnaryReactor* Screen(grpc::CallbackServerContext* context,
                                   const v1::ScreenRequest* in, v1::ScreenResponse* out) override;
  grpc::ServerBidiReactor<v1::ScreenStreamRequest, v1::ScreenStreamResponse>* ScreenStream(
      grpc::CallbackServerContext* context) override;

 private:
  template <class Request>
  absl::StatusOr<View> ViewOf(store::ReadTx& tx, const rpc::Call& call, const Request& in) const;
  template <class Request, class Response>
  absl::Status Answer(const rpc::Call& call, const Request& in, store::ReadTx& tx, Response* out);

  rpc::Edge& edge_;
  Index index_;
  IndexFollower follower_;
};

}  // namespace shian::sanction
