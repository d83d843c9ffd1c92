// What a sample tells the world, and what time does to it.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"
#include "services/inspection/sampling/rules.h"
#include "services/inspection/sampling/store.h"

namespace shian::inspection::sampling {

// Writes one act that was found lawful, and reports what it made true: the failure served, the
// conclusion final, disposal finished, the result public.
absl::Status Record(store::WriteTx& tx, const Rules& rules, Stored& stored, DatedAct act);

// Served failures whose last right ran out unused became final at that moment.
absl::Status FinaliseLapsed(rpc::Edge& edge, absl::Time now);

}  // namespace shian::inspection::sampling
