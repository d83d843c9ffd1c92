#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/store/schema.h"
#include "libs/store/sqlite_connection.h"

namespace shian::store {

// Brings the file to `schema`, each missing step in one transaction with its record and
// user_version, so that a crash leaves a whole older version. Nothing is changed when the file is
// refused: another application's, another origin's, a newer one, or one whose steps differ.
absl::Status Migrate(SqliteConnection& connection, const Schema& schema, const std::string& origin);

}  // namespace shian::store
