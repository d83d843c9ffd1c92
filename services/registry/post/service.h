// shian.registry.v1.PostService.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "libs/codes/identity.h"
#include "libs/rpc/edge.h"
#include "services/registry/post/convert.h"
#include "shian/registry/v1/post_service.grpc.pb.h"

namespace shian::rpc {
class Host;
}

namespace shian::registry {

class PostService final : public v1::PostService::CallbackService {
 public:
  // `hears` says whether all that sanction has told of bans is known right now.
  PostService(rpc::Edge& edge, codes::IdentityHasher hasher, std::function<bool()> hears)
      : edge_(edge), hasher_(std::move(hasher)), hears_(std::move(hears)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* RegisterPost(Context* context, const v1::RegisterPostRequest* in,
                        v1::RegisterPostResponse* out) override;
  Reactor* EndPost(Context* context, const v1::EndPostRequest* in,
                   v1::EndPostResponse* out) override;
  Reactor* ListPosts(Context* context, const v1::ListPostsRequest* in,
                     v1::ListPostsResponse* out) override;
  Reactor* CheckApplication(Context* context, const v1::CheckApplicationRequest* in,
                            v1::CheckApplicationResponse* out) override;

 private:
  // What policy asks, when bans are known well enough to answer it: else BANS_UNKNOWN.
  absl::StatusOr<GateRule> OpenGate(store::ReadTx& tx, absl::Time now) const;
  absl::StatusOr<PostRecord> Register(store::WriteTx& tx, const rpc::Call& call,
                                      const convert::Registration& asked) const;
  absl::StatusOr<PostRecord> End(store::WriteTx& tx, const rpc::Call& call,
                                 const convert::Ending& asked) const;
  absl::StatusOr<v1::Post> Show(store::ReadTx& tx, const PostRecord& post, Date on) const;

  rpc::Edge& edge_;
  const codes::IdentityHasher hasher_;
  const std::function<bool()> hears_;
};

// PostService with all that goes on by itself, on a host: it follows the bans that sanction tells,
// looks for those who employ a barred person, and says what is due of them.
class PostModule {
 public:
  PostModule(rpc::Host& host, const codes::IdentityHasher& hasher);

 private:
  PostService service_;
};

}  // namespace shian::registry
