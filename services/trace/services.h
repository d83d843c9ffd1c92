// All that a process of trace serves, reminds of, and does as time passes.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "libs/rpc/host.h"
#include "services/trace/capture/service.h"
#include "services/trace/genealogy/service.h"
#include "services/trace/genealogy/service_lineage.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/service_alert.h"
#include "services/trace/judgement/service_cold.h"
#include "services/trace/lookup/service.h"
#include "services/trace/query/service.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service.h"
#include "services/trace/recall/service_conduct.h"
#include "services/trace/recall/service_todo.h"

namespace shian::trace {

class Services {
 public:
  // `host` and `graph` outlive it. `resolver`: the address under which issued codes lie.
  Services(rpc::Host& host, genealogy::LiveGraph& graph, std::string resolver)
      : captures_(host.edge()),
        genealogies_(host.edge(), graph),
        lineages_(host.edge(), graph),
        queries_(host.edge()),
        recalls_(host.edge(), graph),
        conducts_(host.edge(), graph),
        judgements_(host.edge(), graph),
        colds_(host.edge(), graph),
        lookups_(host.edge(), graph, scans_),
        codes_(host.edge(), graph, std::move(resolver)) {
    for (grpc::Service* each : std::initializer_list<grpc::Service*>{
             &captures_, &genealogies_, &lineages_, &queries_, &recalls_, &conducts_, &judgements_,
             &colds_, &lookups_, &codes_}) {
      host.Serve(each);
    }
    host.Remind(RecallTodos(host.edge()));
    host.OnAdvance([&host](absl::Time now) { return TellBreaches(host.edge(), now); });
    host.OnAdvance([&](absl::Time now) { return WriteBehind(host.edge(), graph, now); });
    // Of several processes one may be asked nothing for hours: who asks it then should not wait.
    host.OnEveryProcess([&](absl::Time) {
      return host.edge().store().ReadNow([&](store::ReadTx& tx) { return graph.CatchUp(tx); });
    });
    host.OnEveryProcess(
        [this, &host](absl::Time now) { return scans_.Write(host.edge().store(), now); });
  }

 private:
  ScanLog scans_;
  CaptureService captures_;
  GenealogyService genealogies_;
  LineageService lineages_;
  EventQueryService queries_;
  RecallService recalls_;
  RecallConductService conducts_;
  JudgementService judgements_;
  ColdChainService colds_;
  LookupService lookups_;
  CodeService codes_;
};

}  // namespace shian::trace
