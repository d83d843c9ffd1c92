// EPC URNs and Digital Links: both ways lead back, and both names of a thing are one.
#include "libs/codes/epc.h"

#include "libs/codes/limits.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

namespace limits = codes::limits;

void CheckUrn(absl::string_view text) {
  const auto epc = codes::ParseEpcUrn(text);
  if (!epc.ok()) return;
  const auto urn = codes::ToEpcUrn(*epc);
  CHECK_OK(urn);
  CHECK(*codes::ParseEpcUrn(*urn) == *epc);
  const auto back = codes::ToEpc(codes::ToDigitalLink(*epc), epc->company_prefix_digits);
  CHECK_OK(back);
  CHECK(*back == *epc);
  const std::string uri = codes::ToUri(codes::ToDigitalLink(*epc));
  CHECK(*codes::CanonicalThing(text) == *codes::CanonicalThing(uri));
}

void CheckLink(absl::string_view text) {
  const auto link = codes::ParseDigitalLink(text);
  if (!link.ok()) return;
  const std::string uri = codes::ToUri(*link);
  // Escaping makes a link longer, so its own form may be beyond what is read.
  if (uri.size() <= limits::kCodeBytesMax) {
    const auto again = codes::ParseDigitalLink(uri);
    CHECK_OK(again) << uri;
    CHECK(*again == *link) << uri;
  }
  const auto thing = codes::CanonicalThing(text);
  CHECK_OK(thing);
  CHECK(*codes::CanonicalThing(*thing) == *thing);
  for (int digits = limits::kCompanyPrefixDigitsMin; digits <= limits::kCompanyPrefixDigitsMax;
       ++digits) {
    const auto epc = codes::ToEpc(*link, digits);
    if (epc.ok()) CHECK(*codes::CanonicalThing(*codes::ToEpcUrn(*epc)) == *thing);
  }
}

}  // namespace

FUZZ_TARGET(epc) {
  CheckUrn(input);
  CheckLink(input);
}

}  // namespace shian::fuzz
