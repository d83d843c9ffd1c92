// Values as PostgreSQL's wire carries them in binary.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/value.h"

namespace shian::store {

// The arguments of one statement in the form that libpq takes. Points into the values it was made
// of, which must outlive it.
class PostgresArguments {
 public:
  // INVALID_ARGUMENT for text that no engine keeps alike.
  static absl::StatusOr<PostgresArguments> From(const std::vector<Value>& values);

  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<Oid> types_;
  std::vector<std::string> numbers_;  // in network order
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

// One letter per argument: statements are prepared for the types of their arguments, and a NULL has
// none of its own.
std::string TypeSignature(const std::vector<Value>& values);

// One row of a result in binary. INTERNAL for a type that is none of ours: a statement that is not
// portable.
absl::StatusOr<Row> RowAt(const PGresult* result, int row);

}  // namespace shian::store
