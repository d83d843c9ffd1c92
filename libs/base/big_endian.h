#ifndef SHIAN_LIBS_BASE_BIG_ENDIAN_H_
#define SHIAN_LIBS_BASE_BIG_ENDIAN_H_

#include <endian.h>

#include <cstdint>
#include <string>

namespace shian {

// The lowest `bytes` bytes of `value` in network order, 1 to 8 of them.
inline void AppendBigEndian(std::string* out, uint64_t value, int bytes) {
  const uint64_t big_endian = htobe64(value);
  out->append(reinterpret_cast<const char*>(&big_endian) + sizeof big_endian - bytes, bytes);
}

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_BIG_ENDIAN_H_
