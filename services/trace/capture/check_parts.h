// What the parts of an event may hold (EPCIS 2.0, sections 7.3 and 9): members of each, and their
// kinds. The values themselves are read with the event.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/event.h"
#include "services/trace/capture/json.h"

namespace shian::trace {

void CheckParts(const json::Value& event, const Context& context, Findings* findings);

// A member that is none of the standard: its prefix is defined, and so are those inside it.
void CheckExtension(absl::string_view key, const json::Value& value, const std::string& path,
                    const Context& context, Findings* findings);

// What the standard's text asks for and its schemas cannot say. Many senders break it, so it is
// told and stops nothing.
void WarnOfParts(const json::Value& event, const Event& read, Findings* warnings);

}  // namespace shian::trace
