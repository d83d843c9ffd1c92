#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/store/postgres_connection.h"
#include "libs/store/schema.h"

namespace shian::store {

// Brings the database to `schema`, each missing step in one transaction with its record. The record
// is written first: who comes second waits there for the first, and then finds the step done.
absl::Status Migrate(PostgresConnection& connection, const Schema& schema,
                     const std::string& origin);

}  // namespace shian::store
