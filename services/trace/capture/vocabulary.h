// The words of the Core Business Vocabulary 2.0 and what they stand for on the web. A bare word is
// short for a web URI; a word that is not in here must be written as a URI of its own. The words
// are facts from the public JSON-LD contexts of EPCIS 2.0 and CBV 2.0
// (ref.gs1.org/standards/epcis).
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

// Between the two forms in which documents write a word of the vocabulary: bare in JSON-LD
// ("shipping", "Temperature"), a URN or CURIE in XML ("urn:epcglobal:cbv:bizstep:shipping",
// "gs1:Temperature"). Any other text stays as it is.
std::string JsonWord(Vocabulary vocabulary, absl::string_view text);
std::string XmlWord(Vocabulary vocabulary, absl::string_view text);

// `text` with the CBV's URN for a word, if it is one, made the word's web URI.
std::string WithoutUrn(absl::string_view text);

}  // namespace shian::trace
