#include "libs/store/row_digest.h"

#include "libs/base/hash.h"

namespace shian::store {
namespace {

void AppendBigEndian(std::string* out, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out->push_back(static_cast<char>(value >> (8 * i)));
}

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

std::string RowDigest(absl::string_view table, const std::vector<std::string>& columns,
                      const std::vector<Value>& row) {
  std::string encoded;
  AppendText(&encoded, table);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (std::holds_alternative<std::monostate>(row[i])) continue;
    AppendText(&encoded, columns[i]);
    std::visit(AppendTyped{&encoded}, row[i]);
  }
  return Sha256(encoded);
}

}  // namespace shian::store
