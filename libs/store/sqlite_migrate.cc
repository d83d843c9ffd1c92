#include "libs/store/sqlite_migrate.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/store/dialect.h"
#include "libs/store/schema_steps.h"

namespace shian::store {
namespace {

// An empty file is new; any other must be ours and not newer than this program.
absl::StatusOr<bool> IsNew(SqliteConnection& connection, const Schema& schema, int64_t known) {
  ASSIGN_OR_RETURN(const int64_t id, connection.Pragma("application_id"));
  ASSIGN_OR_RETURN(const int64_t version, connection.Pragma("user_version"));
  int64_t tables = 0;
  RETURN_IF_ERROR(connection
                      .Run("SELECT count(*) FROM sqlite_schema", {},
                           [&](const Row& row) {
                             tables = row.Int(0);
                             return absl::OkStatus();
                           })
                      .status());
  if (id == 0 && version == 0 && tables == 0) return true;
  if (id != schema.application_id) {
    return absl::FailedPreconditionError(
        absl::StrCat("the file belongs to application ", id, ", not ", schema.application_id));
  }
  if (version > known) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the file is newer than this program: ", version, " schema steps, known ", known));
  }
  return false;
}

// Runs `body` between BEGIN and COMMIT.
absl::Status InTransaction(SqliteConnection& connection, absl::FunctionRef<absl::Status()> body) {
  RETURN_IF_ERROR(connection.Run("BEGIN IMMEDIATE"));
  absl::Cleanup rollback = [&] {
    if (connection.InTransaction()) connection.Run("ROLLBACK").IgnoreError();
  };
  RETURN_IF_ERROR(body());
  return connection.Run("COMMIT");
}

absl::Status ApplyStep(SqliteConnection& connection, const Migration& step, int64_t version) {
  absl::StatusOr<std::string> sql = RenderSchema(step.sql, Dialect::kSqlite);
  if (!sql.ok()) return sql.status();
  RETURN_IF_ERROR(connection.Execute(*sql));
  ASSIGN_OR_RETURN(const bool recorded, RecordStep(connection, step));
  if (!recorded) return absl::InternalError("recorded twice");
  FAILPOINT("migrate_step");
  return connection.Execute(absl::StrCat("PRAGMA user_version=", version));
}

// The first transaction of a new file: it is ours, or it is still empty.
absl::Status Create(SqliteConnection& connection, const Schema& schema, const Migration& common,
                    const std::string& origin) {
  return InTransaction(connection, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::string steps, RenderSchema(kStepsTable, Dialect::kSqlite));
    RETURN_IF_ERROR(connection.Execute(steps));
    RETURN_IF_ERROR(ApplyStep(connection, common, 1));
    RETURN_IF_ERROR(Identify(connection, origin));
    return connection.Execute(absl::StrCat("PRAGMA application_id=", schema.application_id));
  });
}

}  // namespace

absl::Status Migrate(SqliteConnection& connection, const Schema& schema,
                     const std::string& origin) {
  const std::vector<Migration> steps = AllSteps(schema);
  ASSIGN_OR_RETURN(const bool is_new, IsNew(connection, schema, steps.size()));
  if (!is_new) {
    ASSIGN_OR_RETURN(AppliedSteps found, ReadApplied(connection));
    RETURN_IF_ERROR(CheckApplied(steps, std::move(found)));
    RETURN_IF_ERROR(CheckOrigin(connection, origin));
  }
  RETURN_IF_ERROR(connection.Execute("PRAGMA journal_mode=WAL"));
  if (is_new) RETURN_IF_ERROR(Create(connection, schema, steps.front(), origin));
  ASSIGN_OR_RETURN(const AppliedSteps applied, ReadApplied(connection));
  int64_t version = applied.size();
  for (const Migration& step : steps) {
    if (applied.contains({step.component, step.number})) continue;
    const absl::Status status =
        InTransaction(connection, [&] { return ApplyStep(connection, step, version + 1); });
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat("schema step ", StepName(step), ": ", status.message()));
    }
    ++version;
  }
  return absl::OkStatus();
}

}  // namespace shian::store
