// shian-trace: events of lots, what was made of what, and what must be called back.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "embedded/trace_schema.h"
#include "libs/rpc/host.h"
#include "services/trace/capture/service.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/reactions.h"
#include "services/trace/genealogy/service.h"
#include "services/trace/genealogy/service_lineage.h"
#include "services/trace/judgement/service.h"
#include "services/trace/judgement/service_expiry.h"
#include "services/trace/query/service.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service.h"
#include "services/trace/recall/service_todo.h"

namespace shian::trace {
namespace {

store::Schema TraceSchema() {
  store::Schema schema(0x53411005);  // the application id
  schema.Add("trace", kMigrations);
  return schema;
}

int Main(int argc, char** argv) {
  rpc::Host host("trace", argc, argv, TraceSchema());
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
  host.Serve(&captures);
  host.Serve(&genealogies);
  host.Serve(&lineages);
  host.Serve(&queries);
  JudgementService judgements(host.edge(), graph);
  host.Serve(&recalls);
  host.Serve(&judgements);
  host.Remind(RecallTodos(host.edge()));
  host.React("registry", GenealogyReactions());
  host.React("registry", ErasureReactions());
  host.React("inspection", RecallReactions(host.edge()));
  host.OnAdvance([&host](absl::Time now) { return TellBreaches(host.edge(), now); });
  host.OnAdvance([&host](absl::Time now) { return IndexExpiries(host.edge(), now); });
  return host.Run();
}

}  // namespace
}  // namespace shian::trace

int main(int argc, char** argv) { return shian::trace::Main(argc, argv); }
