// Page tokens. The input is taken as a token that somebody made up, and as the key of the last row
// of a page, which our own token must give back whatever bytes it has.
#include "libs/rpc/page.h"

#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

constexpr char kFilter[] = "shian.test.v1.ListThings\nregion=410902";
constexpr int kSize = 50;
// Tokens are at most 2 KiB: no key of a row is nearly as long.
constexpr size_t kKeyBytesMax = 1000;
const absl::Time kNow = absl::FromUnixSeconds(1'740'963'600);

void CheckMadeUp(absl::string_view token) {
  const auto page = rpc::OpenPage(token, kSize, kFilter, kNow);
  CHECK(token.empty() ? page.ok() : absl::IsInvalidArgument(page.status()));
}

void CheckOwn(absl::string_view last) {
  rpc::PageStart page = *rpc::OpenPage("", kSize, kFilter, kNow);
  std::string token = rpc::NextPage(page, last, kNow);
  const auto next = rpc::OpenPage(token, kSize, kFilter, kNow);
  CHECK_OK(next);
  CHECK(next->after == last);
  CHECK(next->known_at == kNow);
  CHECK(!rpc::OpenPage(token, kSize, "another filter", kNow).ok());
  CHECK(!rpc::OpenPage(token, kSize, kFilter, kNow + absl::Hours(25)).ok());
  token[last.size() % token.size()] ^= 1;
  CHECK(!rpc::OpenPage(token, kSize, kFilter, kNow).ok());
}

}  // namespace

FUZZ_TARGET(page) {
  static const bool keyed = (rpc::SetPageKey("a key of this test alone"), true);
  static_cast<void>(keyed);
  CheckMadeUp(input);
  CheckOwn(input.substr(0, kKeyBytesMax));
}

}  // namespace shian::fuzz
