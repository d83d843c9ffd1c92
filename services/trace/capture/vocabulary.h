// The words of the Core Business Vocabulary 2.0 and what they stand for on the web. A bare word is
// short for a web URI; a word that is not in here must be written as a URI of its own.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace shian::trace {

enum class Vocabulary {
  kBizStep,
  kDisposition,
  kBizTransactionType,
  kSourceDestType,
  kErrorReason,
  kMeasurementType,
  kSensorAlert,
  kComponent,
};

// The web URI of `word`, which may be a bare word, a CURIE of the standard context, a URN of the
// CBV, or a URI already. Empty for a bare word that the vocabulary does not hold.
std::string WebUri(Vocabulary vocabulary, absl::string_view word);

}  // namespace shian::trace
