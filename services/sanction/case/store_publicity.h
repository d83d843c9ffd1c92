// Which published penalties wait for the end of their publicity: an index over their events.
#pragma once

#include "absl/status/status.h"
#include "libs/store/store.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

// A publication is waited for, and an annulled penalty no more.
absl::Status WatchPublicity(store::WriteTx& tx, const Case& c, const Event& event);
// Its end was told.
absl::Status WatchPublicityNoMore(store::WriteTx& tx, const OperatorId& op, const CaseId& id);

}  // namespace shian::sanction
