#include "libs/store/row_digest.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "libs/base/big_endian.h"
#include "libs/base/hash.h"

namespace shian::store {
namespace {

// Of an encoded row: most fit, and none has to.
constexpr size_t kUsualBytes = 512;

void AppendText(std::string* out, absl::string_view text) {
  AppendBigEndian(out, text.size(), 4);
  out->append(text.data(), text.size());
}

struct AppendTyped {
  std::string* out;
  void operator()(std::monostate) const {}
  void operator()(int64_t value) const {
    out->push_back('i');
    AppendBigEndian(out, static_cast<uint64_t>(value), 8);
  }
  void operator()(bool value) const { (*this)(int64_t{value}); }
  void operator()(const std::string& value) const {
    out->push_back('t');
    AppendText(out, value);
  }
  void operator()(const Bytes& value) const {
    out->push_back('b');
    AppendText(out, value.data);
  }
};

}  // namespace

RowEncoding::RowEncoding(std::string table, const std::vector<std::string>& columns)
    : table_(std::move(table)) {
  for (size_t i = 0; i < columns.size(); ++i) columns_.emplace_back(columns[i], i);
  std::sort(columns_.begin(), columns_.end());
}

std::string RowEncoding::Digest(const std::vector<Value>& row) const {
  std::string encoded;
  encoded.reserve(kUsualBytes);
  AppendText(&encoded, table_);
  for (const auto& [name, place] : columns_) {
    if (std::holds_alternative<std::monostate>(row[place])) continue;
    AppendText(&encoded, name);
    std::visit(AppendTyped{&encoded}, row[place]);
  }
  return Sha256(encoded);
}

}  // namespace shian::store
