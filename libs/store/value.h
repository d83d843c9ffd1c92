#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::store {

// Bytes that are no text. A std::string as Value is text: valid UTF-8 without U+0000.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

// NULL, INT64, BOOL, TEXT or BYTES.
using Value = std::variant<std::monostate, int64_t, bool, std::string, Bytes>;

// Builds an argument list without copies of moved strings: Values(id, 7, Bytes{salt}). An empty
// optional is NULL.
template <std::integral Integer>
Value ToValue(Integer value) {
  if constexpr (std::same_as<Integer, bool>) {
    return value;
  } else {
    return static_cast<int64_t>(value);
  }
}
inline Value ToValue(const char* value) { return std::string(value); }
inline Value ToValue(absl::string_view value) { return std::string(value); }
inline Value ToValue(std::string value) { return value; }
inline Value ToValue(Bytes value) { return value; }
inline Value ToValue(std::monostate) { return std::monostate(); }
inline Value ToValue(Value value) { return value; }
template <class T>
Value ToValue(std::optional<T> value) {
  if (!value) return std::monostate();
  return ToValue(*std::move(value));
}
template <class... Args>
std::vector<Value> Values(Args&&... args) {
  std::vector<Value> values;
  values.reserve(sizeof...(Args));
  (values.push_back(ToValue(std::forward<Args>(args))), ...);
  return values;
}

// One row of an answer, columns counted from 0. NULL reads as 0, false or empty; reading a column
// as another type than its own is a fault of the program and ends it.
class Row {
 public:
  Row() = default;
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  int64_t Int(int column) const;
  bool Bool(int column) const;
  const std::string& Text(int column) const&;
  const std::string& Blob(int column) const&;
  std::string Text(int column) && { return Text(column); }  // of a row that is gone afterwards
  std::string Blob(int column) && { return Blob(column); }
  bool IsNull(int column) const;

  int size() const { return static_cast<int>(values_.size()); }
  const std::vector<Value>& values() const { return values_; }
  std::vector<Value> Take() && { return std::move(values_); }

 private:
  const Value& At(int column) const;
  std::vector<Value> values_;
};

// A statement in the portable source form with $1 ... $n. The text is a constant of the program:
// what a caller sent goes in as an argument, never into the text.
struct Sql {
  const char* text;
};

}  // namespace shian::store
