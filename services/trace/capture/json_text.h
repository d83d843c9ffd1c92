// Writes JSON text, compact: what becomes of an event that came in other words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace shian::trace::json {

// `text` as a JSON string.
std::string Quoted(absl::string_view text);
// A number as it is written when JSON takes it so, in its plain form when it is a decimal all the
// same ("+5", ".5", "007"), else a string.
std::string NumberOrText(absl::string_view text);
std::string List(const std::vector<std::string>& items);

// The members of an object. A name that is added again makes a list of its values.
class Members {
 public:
  void Add(absl::string_view name, std::string value);
  void AddText(absl::string_view name, absl::string_view text) { Add(name, Quoted(text)); }
  bool empty() const { return members_.empty(); }
  std::string Text() const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> members_;
  absl::flat_hash_map<std::string, size_t> at_;  // by name
};

}  // namespace shian::trace::json
