#ifndef SHIAN_LIBS_BASE_HASH_H_
#define SHIAN_LIBS_BASE_HASH_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace shian {

inline constexpr size_t kSha256Bytes = 32;

// Raw digests of 32 bytes; HexEncode makes them readable.
std::string Sha256(absl::string_view data);
std::string HmacSha256(absl::string_view key, absl::string_view data);

// The same digest over data that comes in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(absl::string_view piece);
  // The digest of everything so far; ends the stream.
  std::string Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Compares secrets and digests in time that depends on the length only.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_HASH_H_
