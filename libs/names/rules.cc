#include "libs/names/rules.h"

#include <unicode/uversion.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "libs/base/hash.h"
#include "libs/names/compare.h"
#include "libs/names/lexicon.h"

namespace shian::names {
namespace {

#include "libs/names/characters.inc"
#include "libs/names/places.inc"
#include "libs/names/words.inc"

// Divisions as they are numbered: names keep the numbers.
std::string Places() {
  const Lexicon& lexicon = Lexicon::Get();
  std::string out;
  for (int i = 0; i < lexicon.places(); ++i) {
    const Place& place = lexicon.place(i);
    absl::StrAppend(&out, Encode(place.name), ",", Encode(place.stem), ",", place.level, ",",
                    absl::StrJoin(place.codes, ","), "\n");
  }
  return out;
}

std::string MakeHash() {
  UVersionInfo icu;
  u_getVersion(icu);
  char version[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(icu, version);
  const std::string places = Places();
  std::string all;
  for (const absl::string_view part :
       {absl::string_view(kMatcherVersion), absl::string_view(version),
        absl::string_view(kLookalikes), absl::string_view(kVariants), absl::string_view(kReadings),
        absl::string_view(kTrades), absl::string_view(kShops), absl::string_view(kForms),
        absl::string_view(kLatinForms), absl::string_view(kBranches), absl::string_view(kPlaces),
        absl::string_view(places)}) {
    all += Sha256(part);
  }
  return Sha256(all);
}

}  // namespace

const std::string& RulesHash() {
  static const auto* const kHash = new std::string(MakeHash());
  return *kHash;
}

}  // namespace shian::names
