#include "libs/store/value.h"

#include "libs/base/check.h"

namespace shian::store {
namespace {

template <class T>
const T& ValueOrNone(const Value& value, int column) {
  static const T* const none = new T();
  if (std::holds_alternative<std::monostate>(value)) return *none;
  const T* typed = std::get_if<T>(&value);
  SHIAN_CHECK(typed != nullptr) << "column " << column << " has another type";
  return *typed;
}

}  // namespace

const Value& Row::At(int column) const {
  SHIAN_CHECK(column >= 0 && column < size()) << "column " << column << " of " << size();
  return values_[column];
}

int64_t Row::Int(int column) const {
  const Value& value = At(column);
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? 1 : 0;
  return ValueOrNone<int64_t>(value, column);
}

bool Row::Bool(int column) const { return Int(column) != 0; }

const std::string& Row::Text(int column) const& {
  return ValueOrNone<std::string>(At(column), column);
}

const std::string& Row::Blob(int column) const& {
  return ValueOrNone<Bytes>(At(column), column).data;
}

bool Row::IsNull(int column) const { return std::holds_alternative<std::monostate>(At(column)); }

}  // namespace shian::store
