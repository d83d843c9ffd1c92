#ifndef SHIAN_LIBS_BASE_CHECK_H_
#define SHIAN_LIBS_BASE_CHECK_H_

#include <concepts>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/base/optimization.h"

// Invariants that stay on in release. A broken one is a fault of the program: it is written to
// stderr and the process aborts. What a caller or a disk may have done is an absl::Status instead.
//   CHECK(open) << "store used after Close";
//   CHECK_EQ(entry.previous, head) << "the chain would fork";
// Test files also see Catch's CHECK under the same name, which is why headers write SHIAN_CHECK.

namespace shian::internal {

class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const std::string& what);
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return message_; }

 private:
  std::ostringstream message_;
};

template <class T>
concept PlainInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                       !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
                       !std::same_as<T, char32_t> && !std::same_as<T, wchar_t>;

template <class T>
void PrintValue(std::ostream& out, const T& value) {
  if constexpr (requires { out << value; }) {
    out << value;
  } else if constexpr (std::is_enum_v<T>) {
    out << static_cast<long long>(value);
  } else {
    out << "?";
  }
}

// Nothing when the comparison holds, else both values in words.
template <class A, class B, class Compare>
std::optional<std::string> CheckOp(const A& a, const B& b, const char* text, Compare compare) {
  if (ABSL_PREDICT_TRUE(compare(a, b))) return std::nullopt;
  std::ostringstream out;
  out << text << " (";
  PrintValue(out, a);
  out << " vs. ";
  PrintValue(out, b);
  out << ")";
  return out.str();
}

// Integers of different signedness compare by value, not by conversion.
#define SHIAN_DEFINE_COMPARE_(Name, op, safe)             \
  struct Name {                                           \
    template <class A, class B>                           \
    bool operator()(const A& a, const B& b) const {       \
      if constexpr (PlainInteger<A> && PlainInteger<B>) { \
        return safe(a, b);                                \
      } else {                                            \
        return a op b;                                    \
      }                                                   \
    }                                                     \
  };
SHIAN_DEFINE_COMPARE_(CompareEq, ==, std::cmp_equal)
SHIAN_DEFINE_COMPARE_(CompareNe, !=, std::cmp_not_equal)
SHIAN_DEFINE_COMPARE_(CompareLt, <, std::cmp_less)
SHIAN_DEFINE_COMPARE_(CompareLe, <=, std::cmp_less_equal)
SHIAN_DEFINE_COMPARE_(CompareGt, >, std::cmp_greater)
SHIAN_DEFINE_COMPARE_(CompareGe, >=, std::cmp_greater_equal)
#undef SHIAN_DEFINE_COMPARE_

// The error's text, or nothing when `status` (an absl::Status or StatusOr) is OK.
template <class S>
std::optional<std::string> CheckOk(const S& status, const char* text) {
  if (ABSL_PREDICT_TRUE(status.ok())) return std::nullopt;
  if constexpr (requires { status.status(); }) {
    return std::string(text) + " is " + status.status().ToString();
  } else {
    return std::string(text) + " is " + status.ToString();
  }
}

}  // namespace shian::internal

#define SHIAN_CHECK(condition)             \
  while (ABSL_PREDICT_FALSE(!(condition))) \
  ::shian::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#define SHIAN_CHECK_OP_(Name, op, a, b)                                                          \
  while (auto shian_failed =                                                                     \
             ::shian::internal::CheckOp((a), (b), #a " " #op " " #b, ::shian::internal::Name())) \
  ::shian::internal::CheckFailure(__FILE__, __LINE__, *shian_failed).stream()

#define CHECK_EQ(a, b) SHIAN_CHECK_OP_(CompareEq, ==, a, b)
#define CHECK_NE(a, b) SHIAN_CHECK_OP_(CompareNe, !=, a, b)
#define CHECK_LT(a, b) SHIAN_CHECK_OP_(CompareLt, <, a, b)
#define CHECK_LE(a, b) SHIAN_CHECK_OP_(CompareLe, <=, a, b)
#define CHECK_GT(a, b) SHIAN_CHECK_OP_(CompareGt, >, a, b)
#define CHECK_GE(a, b) SHIAN_CHECK_OP_(CompareGe, >=, a, b)
#define CHECK_OK(status)                                                    \
  while (auto shian_failed = ::shian::internal::CheckOk((status), #status)) \
  ::shian::internal::CheckFailure(__FILE__, __LINE__, *shian_failed).stream()

#ifndef CHECK
#define CHECK(condition) SHIAN_CHECK(condition)
#endif

#endif  // SHIAN_LIBS_BASE_CHECK_H_
