// How the tables of recalls read and write a row's columns.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/store/store.h"
#include "services/trace/recall/recall.h"

namespace shian::trace::recall {

// NULL stands for "not yet".
inline store::Value TimeOrNull(absl::Time time) {
  if (time == absl::InfiniteFuture()) return std::monostate();
  return ToMicros(time);
}

// Reads the columns of a row one after the other, in the order in which they were written.
class Columns {
 public:
  explicit Columns(const store::Row& row) : row_(row) {}
  std::string Text() { return row_.Text(at_++); }
  int64_t Int() { return row_.Int(at_++); }
  bool Bool() { return row_.Bool(at_++); }
  absl::Time Time() { return FromMicros(row_.Int(at_++)); }
  absl::Time TimeOrNever() {
    const int column = at_++;
    return row_.IsNull(column) ? absl::InfiniteFuture() : FromMicros(row_.Int(column));
  }
  // Of columns that old rows do not have.
  int64_t IntOrZero() {
    const int column = at_++;
    return row_.IsNull(column) ? 0 : row_.Int(column);
  }
  std::string TextOrEmpty() {
    const int column = at_++;
    return row_.IsNull(column) ? std::string() : row_.Text(column);
  }
  std::vector<std::string> Lines() {
    return absl::StrSplit(row_.Text(at_++), '\n', absl::SkipEmpty());
  }
  Officer By() {
    Officer by;
    by.person = Text();
    by.organisation = Text();
    by.card = Text();
    return by;
  }
  void Skip() { ++at_; }

 private:
  const store::Row& row_;
  int at_ = 0;
};

}  // namespace shian::trace::recall
