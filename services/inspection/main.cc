// Inspection (监督检查): draws, samples, visits.
#include "embedded/inspection_schema.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/host.h"
#include "services/inspection/check/reactions.h"
#include "services/inspection/check/reactions_alert.h"
#include "services/inspection/check/service.h"
#include "services/inspection/check/service_alert.h"
#include "services/inspection/check/service_todo.h"
#include "services/inspection/check/store.h"
#include "services/inspection/check/store_alert.h"
#include "services/inspection/draw/reactions.h"
#include "services/inspection/draw/service.h"
#include "services/inspection/frame/reactions.h"
#include "services/inspection/sampling/reactions.h"
#include "services/inspection/sampling/service.h"
#include "services/inspection/sampling/service_todo.h"
#include "services/inspection/sampling/store.h"

namespace inspection = shian::inspection;

namespace {

// Marks the file as inspection's.
constexpr int32_t kApplicationId = 0x53410002;

}  // namespace

int main(int argc, char** argv) {
  shian::rpc::Host host(
      "inspection", argc, argv,
      shian::rpc::SchemaOf("inspection", kApplicationId, inspection::kMigrations));
  inspection::draw::DrawService draws(host.edge());
  inspection::sampling::SamplingService samples(host.edge());
  inspection::check::CheckService checks(host.edge());
  inspection::check::TraceAlertService alerts(host.edge());
  host.Serve(&draws);
  host.Serve(&samples);
  host.Serve(&checks);
  host.Serve(&alerts);
  host.Remind(
      {inspection::sampling::SampleTodos(host.edge()), inspection::check::AlertTodos(host.edge())});
  host.React("registry",
             inspection::frame::RegistryReactions({inspection::sampling::EraseSampleTexts,
                                                   inspection::check::EraseRemarks,
                                                   inspection::check::EraseAlertTexts}));
  host.React("credit", inspection::check::CreditReactions(host.edge()));
  host.React("sanction", inspection::check::MeasureReactions(host.edge()));
  host.React("trace", inspection::check::TraceReactions());
  host.OnAdvance([&](absl::Time now) -> absl::Status {
    RETURN_IF_ERROR(inspection::draw::ExpireDraws(host.edge(), now));
    return inspection::sampling::FinaliseLapsed(host.edge(), now);
  });
  return host.Run();
}
