#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"
#include "shian/trace/v1/lineage_service.grpc.pb.h"

namespace shian::trace {

// How many streams are told at once: each holds what it reached, and a thread while it follows.
class StreamPlaces {
 public:
  StreamPlaces(int in_all, int per_caller)
      : in_all_(in_all), per_caller_(per_caller), taken_(std::make_shared<Taken>()) {}
  // Held until the last copy is gone; null when all are taken, or all of this caller.
  std::shared_ptr<void> Take(const std::string& caller);

 private:
  struct Taken {
    absl::Mutex mutex;
    int in_all ABSL_GUARDED_BY(mutex) = 0;
    std::map<std::string, int> by_caller ABSL_GUARDED_BY(mutex);
  };
  const int in_all_;
  const int per_caller_;
  const std::shared_ptr<Taken> taken_;
};

class LineageService final : public v1::LineageService::CallbackService {
 public:
  LineageService(rpc::Edge& edge, genealogy::LiveGraph& graph);

  grpc::ServerWriteReactor<v1::StreamTraceResponse>* StreamTrace(
      grpc::CallbackServerContext* context, const v1::StreamTraceRequest* in) override;
  grpc::ServerWriteReactor<v1::ExportRecordsResponse>* ExportRecords(
      grpc::CallbackServerContext* context, const v1::ExportRecordsRequest* in) override;
  grpc::ServerUnaryReactor* FindCommonSources(grpc::CallbackServerContext* context,
                                              const v1::FindCommonSourcesRequest* in,
                                              v1::FindCommonSourcesResponse* out) override;

 private:
  rpc::Edge& edge_;
  genealogy::LiveGraph& graph_;
  StreamPlaces places_;
};

}  // namespace shian::trace
