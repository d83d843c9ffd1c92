#include "libs/base/random.h"

#include <openssl/rand.h>

#include "libs/base/check.h"

namespace shian {

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(bytes.data());
  CHECK_EQ(RAND_bytes(raw, static_cast<int>(count)), 1) << "no randomness from the system";
  return bytes;
}

}  // namespace shian
