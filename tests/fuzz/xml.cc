// An EPCIS XML document from a stranger. What is taken from it is JSON that the reader of events
// takes: the same event whether it is judged now or read again from the store.
#include "services/trace/capture/document.h"
#include "services/trace/capture/json.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

void CheckJson(const std::string& event, const trace::ParsedContext& context) {
  trace::json::Value value;
  const trace::Rule* broken = trace::json::Parse(event, &value);
  // The one thing that XML may have and JSON may not is its size or depth.
  CHECK(broken == nullptr || broken == &trace::rules::kJsonTooLarge ||
        broken == &trace::rules::kJsonTooDeep);
  const trace::ParsedEvent parsed = trace::ReadEventText(1, event, context);
  if (!parsed.findings.empty()) return;
  const trace::ParsedEvent again = trace::ReadEventText(1, parsed.event.json, context);
  CHECK(again.findings.empty());
  CHECK(again.event.hash == parsed.event.hash);
}

}  // namespace

FUZZ_TARGET(xml) {
  const trace::CutDocument cut = trace::CutXml(input, trace::DocumentBounds{});
  CHECK_EQ(cut.broken != nullptr, cut.events.empty());
  if (cut.broken != nullptr) return;
  const trace::ParsedContext context = trace::ReadContext(cut.context_json);
  for (const std::string& event : cut.events) CheckJson(event, context);
}

}  // namespace shian::fuzz
