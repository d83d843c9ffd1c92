// How parts lie in their rows: each field as BE32(length) and its bytes, nested parts the same way.
// A part lists its fields once, in `Fields`, for writing and reading. Fields are only ever added at
// the end: a row written before then reads with the new ones empty.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"

namespace shian::inspection {

// BE32(length) and the bytes themselves.
inline std::string Prefixed(absl::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  std::string out;
  out.reserve(text.size() + 4);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  out.append(text.data(), text.size());
  return out;
}

class Writer {
 public:
  template <class T>
  Writer& operator()(const T& value) {
    bytes_ += Prefixed(Text(value));
    return *this;
  }
  std::string Take() { return std::move(bytes_); }

 private:
  static std::string Text(const std::string& value) { return value; }
  static std::string Text(bool value) { return value ? "1" : "0"; }
  static std::string Text(absl::Time value) { return absl::StrCat(ToMicros(value)); }
  static std::string Text(Date value) { return FormatDate(value); }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) static std::string Text(T value) {
    return absl::StrCat(static_cast<int64_t>(value));
  }
  template <class T>
  static std::string Text(const std::optional<T>& value) {
    Writer inner;
    if (value) inner(*value);
    return inner.Take();
  }
  template <class T>
  static std::string Text(const std::vector<T>& values) {
    Writer inner;
    for (const T& value : values) inner(value);
    return inner.Take();
  }
  template <class T>
  requires requires(T part, Writer writer) { part.Fields(writer); }
  static std::string Text(const T& part) {
    Writer inner;
    const_cast<T&>(part).Fields(inner);  // Fields is one function for both directions
    return inner.Take();
  }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(absl::string_view bytes) : rest_(bytes) {}

  template <class T>
  Reader& operator()(T& value) {
    absl::string_view piece;
    if (Next(&piece)) Parse(piece, value);
    return *this;
  }
  bool ok() const { return ok_; }

 private:
  // False at the end, where fields of a later version stay as they were made.
  bool Next(absl::string_view* piece) {
    if (rest_.empty() || !ok_) return false;
    if (rest_.size() < 4) return ok_ = false;
    uint32_t size = 0;
    for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    if (size > rest_.size()) return ok_ = false;
    *piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  void Take(const Reader& inner) { ok_ = ok_ && inner.ok_; }

  void Parse(absl::string_view piece, std::string& value) { value = std::string(piece); }
  void Parse(absl::string_view piece, bool& value) { value = piece == "1"; }
  void Parse(absl::string_view piece, absl::Time& value) {
    int64_t micros = 0;
    ok_ = ok_ && absl::SimpleAtoi(piece, &micros);
    value = FromMicros(micros);
  }
  void Parse(absl::string_view piece, Date& value) {
    const auto date = ParseDate(piece);
    ok_ = ok_ && date.ok();
    if (date.ok()) value = *date;
  }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void Parse(absl::string_view piece,
                                                                  T& value) {
    int64_t number = 0;
    ok_ = ok_ && absl::SimpleAtoi(piece, &number);
    value = static_cast<T>(number);
  }
  template <class T>
  void Parse(absl::string_view piece, std::optional<T>& value) {
    value.reset();
    if (piece.empty()) return;
    Reader inner(piece);
    inner(value.emplace());
    Take(inner);
  }
  template <class T>
  void Parse(absl::string_view piece, std::vector<T>& values) {
    values.clear();
    Reader inner(piece);
    while (inner.ok_ && !inner.rest_.empty()) inner(values.emplace_back());
    Take(inner);
  }
  template <class T>
  requires requires(T part, Reader reader) { part.Fields(reader); }
  void Parse(absl::string_view piece, T& part) {
    Reader inner(piece);
    part.Fields(inner);
    Take(inner);
  }

  absl::string_view rest_;
  bool ok_ = true;
};

template <class T>
std::string EncodePart(const T& part) {
  Writer writer;
  const_cast<T&>(part).Fields(writer);
  return writer.Take();
}

// DATA_LOSS for bytes that no version wrote.
template <class T>
absl::StatusOr<T> DecodePart(absl::string_view bytes, absl::string_view what) {
  T part;
  Reader reader(bytes);
  part.Fields(reader);
  if (!reader.ok()) return absl::DataLossError(absl::StrCat("the bytes of ", what));
  return part;
}

}  // namespace shian::inspection
