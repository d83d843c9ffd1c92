// Every kind of code: a canonical form is good and canonical, tidying twice is tidying once, and
// what is made from a body is good.
#include "libs/codes/codes.h"

#include "libs/base/text.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using codes::Kind;

void CheckCanonical(Kind kind, absl::string_view text) {
  const auto parsed = codes::Check(kind, text);
  if (!parsed.ok()) {
    CHECK(absl::IsInvalidArgument(parsed.status()));
    return;
  }
  CHECK(parsed->kind == kind);
  const auto again = codes::Check(kind, parsed->canonical);
  CHECK_OK(again);
  CHECK(again->canonical == parsed->canonical) << again->canonical << " " << parsed->canonical;
}

void CheckMade(Kind kind, absl::string_view body) {
  const auto made = codes::Make(kind, body);
  if (made.ok()) CHECK_OK(codes::Check(kind, *made));
}

}  // namespace

FUZZ_TARGET(codes) {
  const std::string tidy = codes::Tidy(input);
  // Bytes that are no text may meet to form a character when one between them goes.
  if (IsValidUtf8(input)) CHECK(codes::Tidy(tidy) == tidy);
  for (const Kind kind : codes::AllKinds()) {
    CheckCanonical(kind, input);
    CheckCanonical(kind, tidy);
    CheckMade(kind, input);
  }
  const auto found = codes::Detect(input);
  if (found.ok()) CHECK(found->kind == *codes::KindByForm(input));
}

}  // namespace shian::fuzz
