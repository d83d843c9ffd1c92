#pragma once

#include "libs/rpc/edge.h"
#include "shian/trace/v1/event_query_service.grpc.pb.h"

namespace shian::trace {

class EventQueryService final : public v1::EventQueryService::CallbackService {
 public:
  explicit EventQueryService(rpc::Edge& edge) : edge_(edge) {}

  grpc::ServerUnaryReactor* QueryEvents(grpc::CallbackServerContext* context,
                                        const v1::QueryEventsRequest* in,
                                        v1::QueryEventsResponse* out) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::trace
