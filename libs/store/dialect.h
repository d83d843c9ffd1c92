// Everything in which the engines' SQL differs from our portable source and from each other; no
// other code knows an engine's words.
//
// The source is what both SQLite and PostgreSQL understand, with $1 ... $n for arguments and the
// types INT64, TEXT, BYTES and BOOL. A table stands in the order of its primary key unless its
// definition ends in HEAP: then rows stand in the order of their arrival, which is faster for long
// or random keys. (PostgreSQL's tables are all of that kind.)
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::store {

enum class Dialect { kSqlite, kPostgres };

// A statement of the program: types as in CAST(... AS INT64), and for SQLite $n becomes ?n.
std::string RenderStatement(absl::string_view source, Dialect dialect);

// A migration: types; for SQLite STRICT with or without ROWID on each table, for PostgreSQL texts
// that compare byte by byte. Words that only one engine knows are refused, so that they do not
// creep in.
absl::StatusOr<std::string> RenderSchema(absl::string_view source, Dialect dialect);

// The names of all tables: one column.
const char* TablesQuery(Dialect dialect);
// The columns of table $1 in order: name, and place in the primary key from 1 or 0.
const char* ColumnsQuery(Dialect dialect);

}  // namespace shian::store
