#include "libs/store/postgres_values.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/big_endian.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"

namespace shian::store {
namespace {

// Object ids of the built-in types (src/include/catalog/pg_type.dat); the same on every engine that
// keeps the protocol.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kUnknown = 705;
constexpr Oid kBpchar = 1042;
constexpr Oid kVarchar = 1043;
constexpr Oid kInferred = 0;
constexpr int kBinary = 1;

std::string BigEndian(int64_t value) {
  std::string out;
  AppendBigEndian(&out, static_cast<uint64_t>(value), sizeof value);
  return out;
}

// Of 2, 4 or 8 bytes.
int64_t FromBigEndian(absl::string_view bytes) {
  uint64_t bits = (bytes[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<unsigned char>(byte);
  return static_cast<int64_t>(bits);
}

absl::StatusOr<Value> ValueAt(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return Value();
  const absl::string_view bytes(PQgetvalue(result, row, column), PQgetlength(result, row, column));
  const Oid type = PQftype(result, column);
  switch (type) {
    case kInt8:
    case kInt4:
    case kInt2:
      return Value(FromBigEndian(bytes));
    case kBool:
      return Value(bytes[0] != 0);
    case kBytea:
      return Value(Bytes{std::string(bytes)});
    case kText:
    case kName:
    case kUnknown:
    case kBpchar:
    case kVarchar:
      return Value(std::string(bytes));
    default:
      return absl::InternalError(absl::StrCat("column ", PQfname(result, column), " has type ",
                                              type, "; cast it to one of the portable ones"));
  }
}

}  // namespace

absl::StatusOr<PostgresArguments> PostgresArguments::From(const std::vector<Value>& values) {
  PostgresArguments out;
  out.numbers_.reserve(values.size());  // so that none moves
  for (const Value& value : values) {
    Oid type = kInferred;
    const std::string* data = nullptr;
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (text->find('\0') != std::string::npos) {
        return errors::InvalidField("text", {"must not contain U+0000", "不得含有U+0000字符"});
      }
      type = kText;
      data = text;
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      type = kBytea;
      data = &bytes->data;
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      type = kInt8;
      data = &out.numbers_.emplace_back(BigEndian(*number));
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      type = kBool;
      data = &out.numbers_.emplace_back(1, *truth ? '\1' : '\0');
    }
    out.types_.push_back(type);
    out.values_.push_back(data == nullptr ? nullptr : data->data());
    out.lengths_.push_back(data == nullptr ? 0 : static_cast<int>(data->size()));
    out.formats_.push_back(kBinary);
  }
  return out;
}

std::string TypeSignature(const std::vector<Value>& values) {
  constexpr char kLetters[] = "nibts";  // in the order of Value's alternatives
  std::string out;
  out.reserve(values.size());
  for (const Value& value : values) out.push_back(kLetters[value.index()]);
  return out;
}

absl::StatusOr<Row> RowAt(const PGresult* result, int row) {
  std::vector<Value> values;
  const int columns = PQnfields(result);
  values.reserve(columns);
  for (int column = 0; column < columns; ++column) {
    ASSIGN_OR_RETURN(Value value, ValueAt(result, row, column));
    values.push_back(std::move(value));
  }
  return Row(std::move(values));
}

}  // namespace shian::store
