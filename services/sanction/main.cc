// Sanction (惩戒): cases, the list of serious violators, joint measures, screening.
#include <cstdio>

#include "embedded/sanction_schema.h"
#include "libs/rpc/host.h"
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
#include "services/sanction/screening/service.h"

namespace sanction = shian::sanction;

namespace {

// Marks the file as sanction's.
constexpr int32_t kApplicationId = 0x53410004;

}  // namespace

int main(int argc, char** argv) {
  shian::rpc::Host host("sanction", argc, argv,
                        shian::rpc::SchemaOf("sanction", kApplicationId, sanction::kMigrations));
  shian::rpc::Edge& edge = host.edge();

  sanction::LeadService leads(edge);
  sanction::CaseService cases(edge, sanction::CaseFollowers(edge.policies()), sanction::IsIssued,
                              sanction::DecisionNumbers(edge.policies()));
  const auto order = [&edge](shian::store::WriteTx& tx, const sanction::Entry& entry) {
    return sanction::OrderMeasures(tx, edge.policies(), entry);
  };
  sanction::ListServices lists(edge, order, sanction::IsIssued);
  sanction::DocumentService documents(edge);
  sanction::MeasureService measures(edge);
  sanction::ScreeningService screening(edge);
  for (grpc::Service* service :
       std::initializer_list<grpc::Service*>{&leads, &cases, &documents, &measures, &screening}) {
    host.Serve(service);
  }
  lists.ServeOn(&host);
  host.Remind(sanction::SanctionTodos(edge));

  host.React("registry", sanction::PartyReactions(sanction::NotePartyChange));
  host.React("inspection", sanction::LeadReactions(edge.policies()));
  const absl::Status warm = screening.Warm();
  if (!warm.ok()) {
    std::fprintf(stderr, "shian-sanction: %s\n", std::string(warm.message()).c_str());
    return 1;
  }
  return host.Run();
}
