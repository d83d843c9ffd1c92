// Everything in which SQLite's SQL differs from our portable source. Another engine gets another
// file of this kind; no other code knows an engine's words.
//
// The source is what both SQLite and PostgreSQL understand, with $1 ... $n for arguments and the
// types INT64, TEXT, BYTES and BOOL. A table stands in the order of its primary key unless its
// definition ends in HEAP: then rows stand in the order of their arrival, which is faster for long
// or random keys.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::store {

// A statement of the program: $n becomes ?n.
std::string RenderStatement(absl::string_view source);

// A migration: types, and STRICT with or without ROWID on each table. Words that only one engine
// knows are refused, so that they do not creep in.
absl::StatusOr<std::string> RenderSchema(absl::string_view source);

}  // namespace shian::store
