#ifndef SHIAN_LIBS_BASE_STATUS_MACROS_H_
#define SHIAN_LIBS_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Leaves the function with the error of `expression` (an absl::Status), if it has one.
#define RETURN_IF_ERROR(...)                                                                 \
  do {                                                                                       \
    if (absl::Status shian_status = (__VA_ARGS__); ABSL_PREDICT_FALSE(!shian_status.ok())) { \
      return shian_status;                                                                   \
    }                                                                                        \
  } while (false)

// Declares or assigns `lhs` from an absl::StatusOr, or leaves the function with its error:
//   ASSIGN_OR_RETURN(const auto grade, FindGrade(tx, id));
// It expands to several statements, so it never is the body of an if without braces.
#define ASSIGN_OR_RETURN(lhs, ...) \
  SHIAN_ASSIGN_OR_RETURN_(SHIAN_CONCAT_(shian_or_, __LINE__), lhs, __VA_ARGS__)

#define SHIAN_ASSIGN_OR_RETURN_(result, lhs, ...)                          \
  auto result = (__VA_ARGS__);                                             \
  if (ABSL_PREDICT_FALSE(!result.ok())) return std::move(result).status(); \
  lhs = *std::move(result)

#define SHIAN_CONCAT_(a, b) SHIAN_CONCAT_INNER_(a, b)
#define SHIAN_CONCAT_INNER_(a, b) a##b

#endif  // SHIAN_LIBS_BASE_STATUS_MACROS_H_
