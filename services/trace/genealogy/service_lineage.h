#pragma once

#include <atomic>
#include <memory>

#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/lineage_service.grpc.pb.h"

namespace shian::trace {

// How many streams are told at once: each holds what it reached, and a thread while it follows.
class StreamPlaces {
 public:
  explicit StreamPlaces(int count) : left_(std::make_shared<std::atomic<int>>(count)) {}
  // Held until the last copy is gone; null when all are taken.
  std::shared_ptr<void> Take();

 private:
  const std::shared_ptr<std::atomic<int>> left_;
};

class LineageService final : public v1::LineageService::CallbackService {
 public:
  LineageService(rpc::Edge& edge, genealogy::LiveGraph& graph);

  grpc::ServerWriteReactor<v1::StreamTraceResponse>* StreamTrace(
      grpc::CallbackServerContext* context, const v1::StreamTraceRequest* in) override;
  grpc::ServerUnaryReactor* FindCommonSources(grpc::CallbackServerContext* context,
                                              const v1::FindCommonSourcesRequest* in,
                                              v1::FindCommonSourcesResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
  StreamPlaces places_;
};

}  // namespace shian::trace
