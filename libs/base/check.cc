#include "libs/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace shian::internal {

CheckFailure::CheckFailure(const char* file, int line, const std::string& what) {
  message_ << file << ":" << line << ": CHECK failed: " << what << " ";
}

CheckFailure::~CheckFailure() {
  message_ << "\n";
  // One call, so that lines of several threads do not mix.
  std::fputs(message_.str().c_str(), stderr);
  std::abort();
}

}  // namespace shian::internal
