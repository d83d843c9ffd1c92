#include "services/trace/query/service.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/rpc/page.h"
#include "services/trace/capture/convert.h"
#include "services/trace/query/convert.h"
#include "services/trace/query/limits.h"

namespace shian::trace {
namespace {

// One page: reads on in the order of capture until it is full, the store has no more, or it has
// cost enough.
absl::Status AnswerQuery(const rpc::Call& call, const v1::QueryEventsRequest& in, store::ReadTx& tx,
                         v1::QueryEventsResponse* out) {
  ASSIGN_OR_RETURN(const EventQuery query, query::ToQuery(in));
  ASSIGN_OR_RETURN(const rpc::PageStart page, rpc::OpenPage(in, call.now()));
  int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return errors::Refuse(errors::Reason::kPageTokenInvalid);
  }
  const capture::EventFilter filter = query::ToFilter(query);
  int looked_at = 0;
  while (out->events_size() < page.size && looked_at < limits::kQueryLookedAtMax) {
    ASSIGN_OR_RETURN(const std::vector<capture::StoredEvent> events,
                     capture::ListEvents(tx, filter, after, limits::kQueryStep));
    for (const capture::StoredEvent& event : events) {
      if (out->events_size() == page.size) break;
      after = event.sequence;
      ++looked_at;
      if (Fulfils(event.event, ToMicros(event.recorded), query)) {
        *out->add_events() = capture::ToProto(event);
      }
    }
    const bool last = events.size() < static_cast<size_t>(limits::kQueryStep);
    if (last && (events.empty() || after == events.back().sequence)) {
      out->set_looked_at(looked_at);
      return absl::OkStatus();
    }
  }
  out->set_looked_at(looked_at);
  out->set_next_page_token(rpc::NextPage(page, absl::StrCat(after), call.now()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* EventQueryService::QueryEvents(grpc::CallbackServerContext* context,
                                                         const v1::QueryEventsRequest* in,
                                                         v1::QueryEventsResponse* out) {
  return edge_.ReadBlocking(context, in, out, AnswerQuery);
}

}  // namespace shian::trace
