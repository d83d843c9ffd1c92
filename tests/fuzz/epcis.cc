// An EPCIS document from a stranger. A good event is kept as the text it came in, and that text
// must stay a good event with the same identity: the store reads it again at every start.
#include "services/trace/capture/document.h"
#include "services/trace/capture/event_hash.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

constexpr size_t kHashBytes = 32;

void CheckEvent(const trace::ParsedEvent& parsed) {
  if (!parsed.findings.empty()) return;
  const trace::Event& event = parsed.event;
  CHECK_EQ(event.hash.size(), kHashBytes);
  const trace::ParsedContext context = trace::ReadContext(event.context_json);
  CHECK(context.broken == nullptr);
  const trace::ParsedEvent again = trace::ReadEventText(parsed.line, event.json, context);
  CHECK(again.findings.empty());
  CHECK(again.event.hash == event.hash);
  CHECK_EQ(again.event.links.size(), event.links.size());
  CHECK(again.event.time == event.time);
}

}  // namespace

FUZZ_TARGET(epcis) {
  const trace::ParsedDocument document = trace::ReadDocument(input);
  if (document.broken != nullptr) CHECK(document.events.empty());
  for (const trace::ParsedEvent& event : document.events) CheckEvent(event);
}

}  // namespace shian::fuzz
