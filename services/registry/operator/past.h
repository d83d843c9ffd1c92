// Which past a read asks for. A record carries no date of its own, so a version of it is true from
// when it was recorded here; a restriction carries the days of its listing.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "services/registry/operator/operator.h"

namespace shian::registry {

struct Past {
  absl::Time as_of = absl::InfiniteFuture();     // when it was true; infinite: now
  absl::Time known_at = absl::InfiniteFuture();  // when it was known here; infinite: now

  bool asked() const {
    return as_of != absl::InfiniteFuture() || known_at != absl::InfiniteFuture();
  }
  // The version recorded last by then is the one to show.
  absl::Time recorded_by() const { return as_of < known_at ? as_of : known_at; }
  // The pages of one list know no more than its first page did.
  void Pin(absl::Time first_page) {
    if (asked() && first_page < known_at) known_at = first_page;
  }
};

// `restriction` as it was then: absent when it was not known or its days do not hold as_of, and
// without an end that was not known or had not come. Without as_of an ended one is shown too.
std::optional<Restriction> SeenFrom(const Past& past, Restriction restriction);

}  // namespace shian::registry
