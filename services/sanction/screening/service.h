// shian.sanction.v1.ScreeningService.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/arena_messages.h"
#include "libs/rpc/edge.h"
#include "services/sanction/screening/index.h"
#include "services/sanction/screening/store.h"
#include "shian/sanction/v1/screening_service.grpc.pb.h"

namespace shian::sanction {

class ScreeningService final : public v1::ScreeningService::CallbackService {
 public:
  // The index is kept in the file `image`; an empty one keeps nothing.
  explicit ScreeningService(rpc::Edge& edge, std::string image = "")
      : edge_(edge), image_(std::move(image), &index_), follower_(&index_, &image_) {
    SetMessageAllocatorFor_Screen(&messages_);
  }
  // Keeps the index for the next process.
  ~ScreeningService() override;

  // Builds the index before the first call, which would else wait for it.
  absl::Status Warm();
  // Follows the list while nobody asks, so that nothing is kept for longer than it may be.
  absl::Status Follow();
  // For the service's own work: what is in force now, as supervision sees it, not older than `tx`.
  absl::StatusOr<Index::Answer> Find(store::ReadTx& tx, const std::vector<Subject>& subjects,
                                     absl::Time now);

  grpc::ServerUnaryReactor* Screen(grpc::CallbackServerContext* context,
                                   const v1::ScreenRequest* in, v1::ScreenResponse* out) override;
  grpc::ServerBidiReactor<v1::ScreenStreamRequest, v1::ScreenStreamResponse>* ScreenStream(
      grpc::CallbackServerContext* context) override;

 private:
  template <class Request>
  absl::StatusOr<View> ViewOf(store::ReadTx& tx, const rpc::Call& call, const Request& in) const;
  // What the caller's organisation decided about the subjects and parties of the answer.
  template <class Response>
  absl::Status AddDecisions(const rpc::Call& call, store::ReadTx& tx, const View& view,
                            const std::vector<Subject>& asked, const Index::Answer& answer,
                            Response* out) const;
  template <class Request, class Response>
  absl::Status Answer(const rpc::Call& call, const Request& in, store::ReadTx& tx, Response* out);

  rpc::ArenaMessages<v1::ScreenRequest, v1::ScreenResponse> messages_;
  rpc::Edge& edge_;
  Index index_;
  IndexImage image_;
  IndexFollower follower_;
};

}  // namespace shian::sanction
