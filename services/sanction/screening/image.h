// The bytes of a kept index: numbers, texts and arrays one after the other, as this machine has
// them. Whether they are whole is for who keeps them; a reader only never looks beyond their end.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::sanction {

class ImageWriter {
 public:
  // False when it cannot take the piece; then nothing more is given to it.
  using Sink = std::function<bool(absl::string_view)>;
  explicit ImageWriter(Sink sink) : sink_(std::move(sink)) {}

  bool Bytes(absl::string_view bytes) {
    good_ = good_ && (bytes.empty() || sink_(bytes));
    return good_;
  }
  bool Number(uint64_t number) {
    return Bytes({reinterpret_cast<const char*>(&number), sizeof number});
  }
  bool Text(absl::string_view text) { return Number(text.size()) && Bytes(text); }
  template <class T>
  bool Array(const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    return Number(items.size()) &&
           Bytes({reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
  }
  bool good() const { return good_; }

 private:
  Sink sink_;
  bool good_ = true;
};

class ImageReader {
 public:
  explicit ImageReader(absl::string_view bytes) : left_(bytes) {}

  // Empty where there are not so many.
  absl::string_view Bytes(uint64_t count) {
    good_ = good_ && count <= left_.size();
    if (!good_) return {};
    const absl::string_view bytes = left_.substr(0, count);
    left_.remove_prefix(count);
    return bytes;
  }
  uint64_t Number() {
    uint64_t number = 0;
    const absl::string_view bytes = Bytes(sizeof number);
    if (good_) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  std::string Text() { return std::string(Bytes(Number())); }
  template <class T>
  void Array(std::vector<T>* items) {
    static_assert(std::is_trivially_copyable_v<T>);
    const uint64_t count = Number();
    good_ = good_ && count <= left_.size() / sizeof(T);
    const absl::string_view bytes = Bytes(good_ ? count * sizeof(T) : 0);
    if (!good_) return;
    items->resize(count);
    if (count > 0) std::memcpy(items->data(), bytes.data(), bytes.size());
  }
  bool good() const { return good_; }
  uint64_t left() const { return left_.size(); }
  bool at_end() const { return left_.empty(); }

 private:
  absl::string_view left_;
  bool good_ = true;
};

}  // namespace shian::sanction
