#include "services/sanction/saved/service_modules.h"

#include <string>
#include <vector>

#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "services/sanction/match/service.h"
#include "services/sanction/match/store.h"
#include "services/sanction/saved/service.h"
#include "services/sanction/saved/service_work.h"
#include "services/sanction/saved/store.h"
#include "services/sanction/screening/service.h"
#include "services/sanction/snapshot/service.h"
#include "services/sanction/snapshot/service_make.h"

namespace shian::sanction {
namespace {

std::string ImageIn(const std::string& state) {
  return state.empty() ? "" : state + "/screening.index";
}

}  // namespace

ScreeningModules::ScreeningModules(rpc::Host& host)
    : match_(std::make_unique<MatchService>(host.edge())),
      screening_(std::make_unique<ScreeningService>(host.edge(), ImageIn(host.config().state))),
      saved_(std::make_unique<SavedSubjectService>(host.edge())),
      snapshots_(std::make_unique<SnapshotService>(host.edge())),
      making_(std::make_unique<SnapshotMaking>(host.edge())) {
  rescreening_ = std::make_unique<Rescreening>(
      host.edge().store(), [this](store::ReadTx& tx, const std::vector<Subject>& subjects,
                                  absl::Time now) { return screening_->Find(tx, subjects, now); });
  host.Serve(match_.get());
  host.Serve(screening_.get());
  host.Serve(saved_.get());
  host.Serve(snapshots_.get());
  host.OnEveryProcess([this](absl::Time) { return screening_->Follow(); });
  host.OnAdvance([this](absl::Time now) -> absl::Status {
    RETURN_IF_ERROR(rescreening_->Run(now).status());
    return making_->Run(now);
  });
}

ScreeningModules::~ScreeningModules() = default;

absl::Status ScreeningModules::Warm() { return screening_->Warm(); }

absl::Status DropAsked(store::WriteTx& tx, const OperatorId& op) {
  RETURN_IF_ERROR(EraseDecisionsAbout(tx, op));
  return EraseSavedAbout(tx, op);
}

}  // namespace shian::sanction
