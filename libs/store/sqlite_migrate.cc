#include "libs/store/sqlite_migrate.h"

#include <map>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "embedded/store_schema.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/store/dialect.h"

namespace shian::store {
namespace {

// The record of what was applied. It exists before any step, so it is no step itself.
constexpr char kSteps[] =
    "CREATE TABLE IF NOT EXISTS schema_step (component TEXT NOT NULL, number INT64 NOT NULL, "
    "name TEXT NOT NULL, text_sha256 BYTES NOT NULL, PRIMARY KEY (component, number));";

using StepId = std::pair<std::string, int64_t>;
using Applied = std::map<StepId, std::string>;  // to the digest of its text

std::vector<Migration> AllSteps(const Schema& schema) {
  Schema all(schema.application_id);
  all.Add("store", kMigrations);
  all.migrations.insert(all.migrations.end(), schema.migrations.begin(), schema.migrations.end());
  return all.migrations;
}

std::string StepName(const Migration& step) { return absl::StrCat(step.component, "/", step.name); }

absl::StatusOr<Applied> ReadApplied(SqliteConnection& connection) {
  Applied applied;
  RETURN_IF_ERROR(connection
                      .Run("SELECT component, number, text_sha256 FROM schema_step", {},
                           [&](const Row& row) {
                             applied[{row.Text(0), row.Int(1)}] = row.Blob(2);
                             return absl::OkStatus();
                           })
                      .status());
  return applied;
}

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

absl::Status CheckApplied(const std::vector<Migration>& steps, Applied applied) {
  for (const Migration& step : steps) {
    const auto found = applied.find({step.component, step.number});
    if (found == applied.end()) continue;
    if (found->second != Sha256(step.sql)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the schema step ", StepName(step), " has another text than when it was applied"));
    }
    applied.erase(found);
  }
  if (applied.empty()) return absl::OkStatus();
  const StepId& unknown = applied.begin()->first;
  return absl::FailedPreconditionError(absl::StrCat(
      "the file has a schema step unknown here: ", unknown.first, "/", unknown.second));
}

absl::Status CheckOrigin(SqliteConnection& connection, const std::string& origin) {
  std::string found;
  RETURN_IF_ERROR(connection
                      .Run("SELECT origin FROM store_identity", {},
                           [&](const Row& row) {
                             found = row.Text(0);
                             return absl::OkStatus();
                           })
                      .status());
  if (found == origin) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the file belongs to ", found, ", not ", origin));
}

absl::Status Record(SqliteConnection& connection, const Migration& step) {
  return connection
      .Run("INSERT INTO schema_step (component, number, name, text_sha256) VALUES ($1, $2, $3, $4)",
           Values(step.component, int64_t{step.number}, step.name, Bytes{Sha256(step.sql)}),
           [](const Row&) { return absl::OkStatus(); })
      .status();
}

absl::Status Identify(SqliteConnection& connection, const std::string& origin) {
  return connection
      .Run("INSERT INTO store_identity (origin) VALUES ($1)", Values(origin),
           [](const Row&) { return absl::OkStatus(); })
      .status();
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
  absl::StatusOr<std::string> sql = RenderSchema(step.sql);
  if (!sql.ok()) return sql.status();
  RETURN_IF_ERROR(connection.Execute(*sql));
  RETURN_IF_ERROR(Record(connection, step));
  FAILPOINT("migrate_step");
  return connection.Execute(absl::StrCat("PRAGMA user_version=", version));
}

// The first transaction of a new file: it is ours, or it is still empty.
absl::Status Create(SqliteConnection& connection, const Schema& schema, const Migration& common,
                    const std::string& origin) {
  return InTransaction(connection, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::string steps, RenderSchema(kSteps));
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
    ASSIGN_OR_RETURN(Applied found, ReadApplied(connection));
    RETURN_IF_ERROR(CheckApplied(steps, std::move(found)));
    RETURN_IF_ERROR(CheckOrigin(connection, origin));
  }
  RETURN_IF_ERROR(connection.Execute("PRAGMA journal_mode=WAL"));
  if (is_new) RETURN_IF_ERROR(Create(connection, schema, steps.front(), origin));
  ASSIGN_OR_RETURN(const Applied applied, ReadApplied(connection));
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
