// What a draw tells the world, and what time does to it.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"
#include "services/inspection/draw/draw.h"

namespace shian::inspection::draw {

// The public log's entry; `event` is "planned", "locked", "executed", "replaced" or "ended".
absl::Status Publish(store::WriteTx& tx, const Draw& draw, absl::string_view event,
                     absl::Time time);
// The fact for other services.
absl::Status Report(store::WriteTx& tx, const Draw& draw, absl::Time time);

// Locked draws whose departments let the time run out have failed, and say so in public.
absl::Status ExpireDraws(rpc::Edge& edge, absl::Time now);

}  // namespace shian::inspection::draw
