// Page tokens: opaque, authenticated, bound to the method and its filter and to what was known at
// the first page, good for 24 hours. No transaction is held between pages.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::protobuf {
class Message;
}

namespace shian::rpc {

// Where a page starts.
struct PageStart {
  std::string after;    // key of the last row of the page before; empty on the first page
  absl::Time known_at;  // what later pages may know: nothing recorded after the first page
  int size = 0;         // rows wanted, 1 to 500
  std::string filter;   // fingerprint that the next token is bound to
};

// The process's key; Host derives it from the service's signing key so that tokens outlive a
// restart. Without it a random key is used.
void SetPageKey(std::string key);

// By the standard fields page_size and page_token; all other fields of the request are the filter.
// A token of another filter, forged or too old: INVALID_ARGUMENT / PAGE_TOKEN_INVALID.
absl::StatusOr<PageStart> OpenPage(const google::protobuf::Message& request, absl::Time now);

// The same from parts, for requests of another shape.
absl::StatusOr<PageStart> OpenPage(absl::string_view token, int32_t page_size,
                                   absl::string_view filter, absl::Time now);

// The token of the page after this one, whose last row has the key `last`.
std::string NextPage(const PageStart& page, absl::string_view last, absl::Time now);

}  // namespace shian::rpc
