// shian-trace: events of lots, what was made of what, and what must be called back.
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "embedded/trace_schema.h"
#include "libs/rpc/host.h"
#include "services/trace/capture/service.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/reactions.h"
#include "services/trace/genealogy/service.h"
#include "services/trace/genealogy/service_lineage.h"
#include "services/trace/judgement/reactions.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/service_alert.h"
#include "services/trace/judgement/service_cold.h"
#include "services/trace/query/service.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service.h"
#include "services/trace/recall/service_conduct.h"
#include "services/trace/recall/service_todo.h"

namespace shian::trace {
namespace {

constexpr int32_t kApplicationId = 0x53411005;

int Main(int argc, char** argv) {
  rpc::Host host("trace", argc, argv, store::Schema(kApplicationId).Add("trace", kMigrations));
  genealogy::LiveGraph graph(capture::ReadCaptured);
  if (const absl::Status built = graph.Start(host.edge().store()); !built.ok()) {
    std::fprintf(stderr, "shian-trace: %s\n", std::string(built.message()).c_str());
    return EXIT_FAILURE;
  }
  CaptureService captures(host.edge());
  GenealogyService genealogies(host.edge(), graph);
  LineageService lineages(host.edge(), graph);
  EventQueryService queries(host.edge());
  RecallService recalls(host.edge(), graph);
  RecallConductService conduct(host.edge(), graph);
  JudgementService judgements(host.edge(), graph);
  ColdChainService cold(host.edge(), graph);
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &captures, &genealogies, &lineages, &queries, &recalls, &conduct, &judgements, &cold}) {
    host.Serve(service);
  }
  host.Remind(RecallTodos(host.edge()));
  host.React("registry", GenealogyReactions());
  host.React("registry", WithRefusals(ErasureReactions()));
  host.React("inspection", RecallReactions(host.edge()));
  host.OnAdvance([&host](absl::Time now) { return TellBreaches(host.edge(), now); });
  host.OnAdvance([&](absl::Time now) { return WriteBehind(host.edge(), graph, now); });
  return host.Run();
}

}  // namespace
}  // namespace shian::trace

int main(int argc, char** argv) { return shian::trace::Main(argc, argv); }
