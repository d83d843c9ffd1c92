#pragma once

#include "absl/status/statusor.h"
#include "services/trace/capture/store.h"
#include "services/trace/query/query.h"
#include "shian/trace/v1/event_query_service.pb.h"

namespace shian::trace::query {

absl::StatusOr<EventQuery> ToQuery(const v1::QueryEventsRequest& in);

// The narrowest way into the store that finds all that the query can.
capture::EventFilter ToFilter(const EventQuery& query);

}  // namespace shian::trace::query
