// What answers "is this party listed": the modules that hang together around the index, as one part
// for who puts the service together.
#pragma once

#include <memory>

#include "libs/rpc/host.h"
#include "services/sanction/party/reactions.h"

namespace shian::sanction {

class MatchService;
class Rescreening;
class SavedSubjectService;
class ScreeningService;
class SnapshotMaking;
class SnapshotService;

class ScreeningModules {
 public:
  // Serves them, and does the work that they have between calls.
  explicit ScreeningModules(rpc::Host& host);
  ~ScreeningModules();
  ScreeningModules(const ScreeningModules&) = delete;
  ScreeningModules& operator=(const ScreeningModules&) = delete;

  // Builds the index before the first call, which would else wait for it.
  absl::Status Warm();

 private:
  std::unique_ptr<MatchService> match_;
  std::unique_ptr<ScreeningService> screening_;
  std::unique_ptr<SavedSubjectService> saved_;
  std::unique_ptr<Rescreening> rescreening_;
  std::unique_ptr<SnapshotService> snapshots_;
  std::unique_ptr<SnapshotMaking> making_;
};

// A PartyHook: what they keep about a party that is to be forgotten.
absl::Status DropAsked(store::WriteTx& tx, const OperatorId& op);

}  // namespace shian::sanction
