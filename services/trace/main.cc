// shian-trace: events of lots, what was made of what, and what must be called back.
#include <iostream>

#include "embedded/trace_schema.h"
#include "libs/config/config.h"
#include "libs/rpc/host.h"
#include "services/trace/capture/store.h"
#include "services/trace/genealogy/reactions.h"
#include "services/trace/judgement/reactions.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/services.h"

namespace shian::trace {
namespace {

constexpr int32_t kApplicationId = 0x53411005;

int Main(int argc, char** argv) {
  rpc::Host host("trace", argc, argv, rpc::SchemaOf("trace", kApplicationId, kMigrations));
  genealogy::LiveGraph graph(capture::ReadCaptured);
  if (const absl::Status built = graph.Start(host.edge().store()); !built.ok()) {
    std::cerr << "shian-trace: " << built.message() << "\n";
    return EXIT_FAILURE;
  }
  Services services(host, graph, host.config().resolver);
  host.React("registry", GenealogyReactions());
  host.React("registry", WithRefusals(ErasureReactions()));
  host.React("inspection", RecallReactions(host.edge()));
  return host.Run();
}

}  // namespace
}  // namespace shian::trace

int main(int argc, char** argv) { return shian::trace::Main(argc, argv); }
