#ifndef SHIAN_LIBS_BASE_RANDOM_H_
#define SHIAN_LIBS_BASE_RANDOM_H_

#include <cstddef>
#include <string>

namespace shian {

// Bytes fit for keys and salts. Ends the process when the system has no randomness to give.
std::string RandomBytes(size_t count);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_RANDOM_H_
