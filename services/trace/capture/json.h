// A JSON reader for documents that strangers sent: bounded depth and width, one member per name,
// numbers as they were written, and for each value the very bytes it came in, because an event is
// given back as it was received and a re-printed number may have lost its digits.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/rule.h"

namespace shian::trace::json {

enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

// The views live as long as the text parsed and the value it was parsed into.
struct Value {
  Kind kind = Kind::kNull;
  absl::string_view text;               // a string's content, a number's digits, "true" or "false"
  std::vector<absl::string_view> keys;  // of an object, in the order written
  std::vector<Value> items;             // of an array, or the values of `keys`
  absl::string_view source;             // the bytes it came in
  std::unique_ptr<std::deque<std::string>> unescaped;  // of the outermost: what had escapes

  bool IsString() const { return kind == Kind::kString; }
  bool IsNumber() const { return kind == Kind::kNumber; }
  bool IsArray() const { return kind == Kind::kArray; }
  bool IsObject() const { return kind == Kind::kObject; }
  // The member of that name, or null.
  const Value* Find(absl::string_view key) const;
};

// Null when all is well; else the rule that `text` breaks. Cost is linear in the text.
const Rule* Parse(absl::string_view text, Value* out);

// A number without sign of plus, leading or trailing zeros, or exponent: "200.50" gives "200.5",
// "2e2" gives "200". Empty when it has more digits than limits allow.
std::string NormalNumber(absl::string_view digits);

}  // namespace shian::trace::json
