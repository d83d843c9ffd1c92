// shian.inspection.v1.DrawService.
#pragma once

#include "libs/rpc/edge.h"
#include "shian/inspection/v1/draw_service.grpc.pb.h"

namespace shian::inspection::draw {

class DrawService final : public v1::DrawService::CallbackService {
 public:
  explicit DrawService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* SummariseFrame(Context* context, const v1::SummariseFrameRequest* in,
                          v1::SummariseFrameResponse* out) override;
  Reactor* CreateDraw(Context* context, const v1::CreateDrawRequest* in,
                      v1::CreateDrawResponse* out) override;
  Reactor* CommitShare(Context* context, const v1::CommitShareRequest* in,
                       v1::CommitShareResponse* out) override;
  Reactor* DeclareRecusal(Context* context, const v1::DeclareRecusalRequest* in,
                          v1::DeclareRecusalResponse* out) override;
  Reactor* LockDraw(Context* context, const v1::LockDrawRequest* in,
                    v1::LockDrawResponse* out) override;
  Reactor* RevealShare(Context* context, const v1::RevealShareRequest* in,
                       v1::RevealShareResponse* out) override;
  Reactor* ExecuteDraw(Context* context, const v1::ExecuteDrawRequest* in,
                       v1::ExecuteDrawResponse* out) override;
  Reactor* AbandonDraw(Context* context, const v1::AbandonDrawRequest* in,
                       v1::AbandonDrawResponse* out) override;
  Reactor* ReplaceUnit(Context* context, const v1::ReplaceUnitRequest* in,
                       v1::ReplaceUnitResponse* out) override;
  Reactor* GetDraw(Context* context, const v1::GetDrawRequest* in,
                   v1::GetDrawResponse* out) override;
  Reactor* ListDraws(Context* context, const v1::ListDrawsRequest* in,
                     v1::ListDrawsResponse* out) override;
  Reactor* GetProofBundle(Context* context, const v1::GetProofBundleRequest* in,
                          v1::GetProofBundleResponse* out) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::inspection::draw
