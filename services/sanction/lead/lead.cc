#include "services/sanction/lead/lead.h"

#include <algorithm>

namespace shian::sanction {

std::optional<Lead> AsOf(Lead lead, absl::Time as_of, absl::Time known_at) {
  if (lead.found > as_of || lead.recorded > known_at) return std::nullopt;
  // A lead is taken up in the write that records it.
  if (lead.taken_up_at > std::min(as_of, known_at)) {
    lead.taken_up = CaseId();
    lead.taken_up_at = absl::InfiniteFuture();
  }
  return lead;
}

}  // namespace shian::sanction
