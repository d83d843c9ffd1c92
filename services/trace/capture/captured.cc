#include "services/trace/capture/captured.h"

#include "absl/strings/match.h"

namespace shian::trace {

std::string PlaceOf(const std::vector<Party>& parties) {
  for (absl::string_view kind : {"SDT-location", "SDT-possessing_party", "SDT-owning_party"}) {
    for (const Party& party : parties) {
      if (absl::EndsWith(party.type, kind)) return party.party;
    }
  }
  return parties.empty() ? "" : parties.front().party;
}

void CapturedBatch::CutAfter(int64_t sequence) {
  std::erase_if(events, [&](const CapturedEvent& event) { return event.sequence > sequence; });
  std::erase_if(declarations,
                [&](const CapturedDeclaration& one) { return one.sequence > sequence; });
  last = sequence;
}

}  // namespace shian::trace
