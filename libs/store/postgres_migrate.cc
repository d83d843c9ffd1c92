#include "libs/store/postgres_migrate.h"

#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/store/dialect.h"
#include "libs/store/limits.h"
#include "libs/store/schema_steps.h"

namespace shian::store {
namespace {

// Runs `body` between BEGIN and COMMIT, again when another process was first.
absl::Status InTransaction(PostgresConnection& connection, absl::FunctionRef<absl::Status()> body) {
  absl::Status status;
  for (int tries = 0; tries < limits::kConflictsMax; ++tries) {
    connection.ClearTrouble();
    RETURN_IF_ERROR(connection.Execute("BEGIN ISOLATION LEVEL READ COMMITTED"));
    status = body();
    if (status.ok()) return connection.Commit(absl::Now() + limits::kOwnWriteTimeMax);
    connection.Execute("ROLLBACK").IgnoreError();
    // Two that make one table at once meet in the engine's own catalogue: ALREADY_EXISTS.
    if (connection.trouble() != Trouble::kConflict && !absl::IsAlreadyExists(status)) break;
    absl::SleepFor(limits::kRetryPauseMax);
  }
  return status;
}

absl::Status ApplyStep(PostgresConnection& connection, const Migration& step,
                       const std::string& origin, bool first) {
  ASSIGN_OR_RETURN(const std::string sql, RenderSchema(step.sql, Dialect::kPostgres));
  const absl::Status applied = InTransaction(connection, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const bool missing, RecordStep(connection, step));
    if (!missing) return absl::OkStatus();
    RETURN_IF_ERROR(connection.Execute(sql));
    if (first) RETURN_IF_ERROR(Identify(connection, origin));
    FAILPOINT("migrate_step");
    return absl::OkStatus();
  });
  if (applied.ok()) return applied;
  return absl::Status(applied.code(),
                      absl::StrCat("schema step ", StepName(step), ": ", applied.message()));
}

}  // namespace

absl::Status Migrate(PostgresConnection& connection, const Schema& schema,
                     const std::string& origin) {
  const std::vector<Migration> steps = AllSteps(schema);
  ASSIGN_OR_RETURN(const std::string table, RenderSchema(kStepsTable, Dialect::kPostgres));
  RETURN_IF_ERROR(InTransaction(connection, [&] { return connection.Execute(table); }));
  ASSIGN_OR_RETURN(const AppliedSteps applied, ReadApplied(connection));
  RETURN_IF_ERROR(CheckApplied(steps, applied));
  if (!applied.empty()) RETURN_IF_ERROR(CheckOrigin(connection, origin));
  for (const Migration& step : steps) {
    if (applied.contains({step.component, step.number})) continue;
    RETURN_IF_ERROR(ApplyStep(connection, step, origin, &step == &steps.front()));
  }
  // Another process may have been first, and of another origin.
  return CheckOrigin(connection, origin);
}

}  // namespace shian::store
