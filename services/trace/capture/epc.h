// Identifiers in one form. A lot written as URN by one firm and as Digital Link by the next is the
// same lot, so both become the constrained canonical Digital Link at id.gs1.org when they enter;
// what is no GS1 key stays as it came and is its own form.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/rule.h"

namespace shian::trace {

enum class EpcKind { kLot = 1, kItem = 2, kLogisticUnit = 3, kAsset = 4, kClass = 5, kOther = 6 };

struct Epc {
  std::string uri;  // canonical
  EpcKind kind = EpcKind::kOther;
  const Rule* broken = nullptr;  // why it is no identifier; null when it is one
  const Rule* doubt = nullptr;   // what its sender should know of it all the same
};

// The canonical form of an identifier that must name a thing, a place or a party.
Epc ParseEpc(absl::string_view text);

// The canonical form of any URI: GS1 keys as above, everything else unchanged.
std::string CanonicalUri(absl::string_view text);

// A URI by its shape: a scheme, a colon, no blanks or controls, not too long.
bool IsUri(absl::string_view text);

// The 13 digits of a place's or party's GLN; empty when `uri` names it otherwise.
std::string GlnOf(absl::string_view uri);

}  // namespace shian::trace
