// shian.sanction.v1.SavedSubjectService.
#pragma once

#include <string>
#include <vector>

#include "libs/rpc/edge.h"
#include "services/sanction/saved/convert.h"
#include "services/sanction/saved/saved.h"
#include "services/sanction/screening/convert.h"
#include "shian/sanction/v1/saved_service.grpc.pb.h"

namespace shian::sanction {

// All calls concern the calling system's own subjects: its id is a part of every key.
class SavedSubjectService final : public v1::SavedSubjectService::CallbackService {
 public:
  explicit SavedSubjectService(rpc::Edge& edge) : edge_(edge) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* SaveSubjects(Context* context, const v1::SaveSubjectsRequest* in,
                        v1::SaveSubjectsResponse* out) override;
  Reactor* RemoveSubjects(Context* context, const v1::RemoveSubjectsRequest* in,
                          v1::RemoveSubjectsResponse* out) override;
  Reactor* ListSavedSubjects(Context* context, const v1::ListSavedSubjectsRequest* in,
                             v1::ListSavedSubjectsResponse* out) override;
  Reactor* ListSubjectAlerts(Context* context, const v1::ListSubjectAlertsRequest* in,
                             v1::ListSubjectAlertsResponse* out) override;

 private:
  rpc::Edge& edge_;
};

}  // namespace shian::sanction
