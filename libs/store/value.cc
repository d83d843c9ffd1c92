#include "libs/store/value.h"

#include "libs/base/check.h"

namespace shian::store {
namespace {

template <class T>
T ValueOr(const Value& value, const T& when_null, int column) {
  if (std::holds_alternative<std::monostate>(value)) return when_null;
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
  return ValueOr<int64_t>(value, 0, column);
}

bool Row::Bool(int column) const { return Int(column) != 0; }

std::string Row::Text(int column) const { return ValueOr<std::string>(At(column), "", column); }

std::string Row::Blob(int column) const { return ValueOr<Bytes>(At(column), {}, column).data; }

bool Row::IsNull(int column) const { return std::holds_alternative<std::monostate>(At(column)); }

}  // namespace shian::store
