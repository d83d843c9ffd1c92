#include "services/registry/operator/past.h"

namespace shian::registry {

std::optional<Restriction> SeenFrom(const Past& past, Restriction restriction) {
  if (restriction.recorded > past.known_at) return std::nullopt;
  if (restriction.end_recorded && *restriction.end_recorded > past.known_at) {
    restriction.to.reset();
  }
  if (past.as_of == absl::InfiniteFuture()) return restriction;
  const Date day = ToDate(past.as_of);
  if (day < restriction.from) return std::nullopt;
  if (restriction.to && *restriction.to < day) return std::nullopt;
  if (restriction.to && day < *restriction.to) restriction.to.reset();
  return restriction;
}

}  // namespace shian::registry
