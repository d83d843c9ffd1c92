// Former versions of a record. The present one stays in its own table, so that a record which never
// changes costs nothing more; a change first copies it to the table of former versions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/store.h"

namespace shian::registry {

// Two tables with the same columns: the record's id, its version, what it says, `recorded`. The
// key is the id in `present`, id and version in `former`.
struct VersionedTable {
  const store::FactTable& present;
  const store::FactTable& former;
};

// Copies the present row, if there is one, before it is replaced. Gives its version, 0 for none.
absl::StatusOr<int64_t> KeepVersion(store::WriteTx& tx, const VersionedTable& table,
                                    const std::string& id);

// The version recorded last by `then`, if any. `tail` serves both tables:
// "WHERE <id> = $1 AND recorded <= $2 ORDER BY version DESC LIMIT 1".
absl::StatusOr<std::optional<store::Row>> FindVersion(store::ReadTx& tx,
                                                      const VersionedTable& table,
                                                      const store::Sql& tail, const std::string& id,
                                                      absl::Time then);

// The same for many records: the first `count` by id of what the two tails select with `args`.
// The tails must never both select one record. `former_tail` has a last argument more, the greatest
// id that can still be on the page, so that it does not run on through all of history.
absl::StatusOr<std::vector<store::Row>> ListVersions(store::ReadTx& tx, const VersionedTable& table,
                                                     const store::Sql& present_tail,
                                                     const store::Sql& former_tail,
                                                     std::vector<store::Value> args, int count);

}  // namespace shian::registry
