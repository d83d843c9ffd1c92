// Sanction (惩戒): cases, the list of serious violators, joint measures, screening.
#include <cstdio>

#include "embedded/sanction_schema.h"
#include "libs/rpc/host.h"
#include "services/sanction/attested/service.h"
#include "services/sanction/case/service.h"
#include "services/sanction/document/reactions.h"
#include "services/sanction/document/service.h"
#include "services/sanction/document/store.h"
#include "services/sanction/lead/reactions.h"
#include "services/sanction/lead/service.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/reactions.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/service_todo.h"
#include "services/sanction/party/reactions.h"
#include "services/sanction/publicity/reactions.h"
#include "services/sanction/publicity/service_lists.h"
#include "services/sanction/saved/service_modules.h"

namespace sanction = shian::sanction;

static constexpr int32_t kApplicationId = 0x53410004;  // marks the file as sanction's

int main(int argc, char** argv) {
  shian::rpc::Host host("sanction", argc, argv,
                        shian::rpc::SchemaOf("sanction", kApplicationId, sanction::kMigrations));
  shian::rpc::Edge& edge = host.edge();

  sanction::LeadService leads(edge);
  sanction::CaseService cases(
      edge, sanction::CaseFollowers(edge.policies(), sanction::AnnulAllBy(edge.policies())),
      sanction::MatterOfIssued, sanction::DecisionNumbers(edge.policies()));
  sanction::ListServices lists(edge, sanction::OrderMeasuresBy(edge.policies()),
                               sanction::LiftMeasuresBy(edge.policies()), sanction::MatterOfIssued);
  sanction::DocumentService documents(edge);
  sanction::MeasureService measures(edge);
  // Before the work of screening, which tells what follows of it.
  host.OnAdvance(
      [&edge](absl::Time now) { return sanction::TellEnds(edge.store(), edge.policies(), now); });
  sanction::ScreeningModules screening(host);
  const sanction::AttestedModule attested(host);
  for (grpc::Service* service :
       std::initializer_list<grpc::Service*>{&leads, &cases, &documents, &measures}) {
    host.Serve(service);
  }
  lists.ServeOn(&host);
  host.Remind(sanction::SanctionTodos(edge));
  host.React("registry", sanction::PartyReactions(sanction::NotePartyChange, sanction::DropAsked));
  host.React("inspection", sanction::LeadReactions(edge.policies()));
  const absl::Status warm = screening.Warm();
  if (!warm.ok()) {
    std::fprintf(stderr, "shian-sanction: %s\n", std::string(warm.message()).c_str());
    return 1;
  }
  return host.Run();
}
