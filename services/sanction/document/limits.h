#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr size_t kDocumentKindCharsMax = 64;
inline constexpr int kDocumentFieldsMax = 20;
inline constexpr size_t kDocumentLineCodePointsMax = 200;
// One page with all that people wrote in it; the answer that carries it stays below what gRPC
// takes.
inline constexpr size_t kDocumentPageBytesMax = size_t{512} << 10;
inline constexpr int kDocumentYearMin = 2000;
inline constexpr int kDocumentYearMax = 9999;
// Kinds of document in policy that one answer looks through.
inline constexpr int kDocumentKindsMax = 200;

}  // namespace shian::sanction::limits
