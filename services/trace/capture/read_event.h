#pragma once

#include "services/trace/capture/document.h"
#include "services/trace/capture/event.h"
#include "services/trace/capture/json.h"

namespace shian::trace {

// Reads and judges one event. All its findings come at once; the event's own "@context" adds to
// the document's.
ParsedEvent ReadEvent(int64_t line, const json::Value& value, const ParsedContext& context);

}  // namespace shian::trace
