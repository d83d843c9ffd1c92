#include "libs/store/schema_steps.h"

#include "absl/strings/str_cat.h"
#include "embedded/store_schema.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"

namespace shian::store {
namespace {

absl::StatusOr<int64_t> Execute(Session& session, const char* text, std::vector<Value> args) {
  return session.Run(text, args, [](const Row&) { return absl::OkStatus(); });
}

}  // namespace

std::vector<Migration> AllSteps(const Schema& schema) {
  Schema all(schema.application_id);
  all.Add("store", kMigrations);
  all.migrations.insert(all.migrations.end(), schema.migrations.begin(), schema.migrations.end());
  return all.migrations;
}

std::string StepName(const Migration& step) { return absl::StrCat(step.component, "/", step.name); }

absl::StatusOr<AppliedSteps> ReadApplied(Session& session) {
  AppliedSteps applied;
  RETURN_IF_ERROR(session
                      .Run("SELECT component, number, text_sha256 FROM schema_step", {},
                           [&](const Row& row) {
                             applied[{row.Text(0), row.Int(1)}] = row.Blob(2);
                             return absl::OkStatus();
                           })
                      .status());
  return applied;
}

absl::Status CheckApplied(const std::vector<Migration>& steps, AppliedSteps applied) {
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
      "the store has a schema step unknown here: ", unknown.first, "/", unknown.second));
}

absl::StatusOr<bool> RecordStep(Session& session, const Migration& step) {
  ASSIGN_OR_RETURN(
      const int64_t recorded,
      Execute(session,
              "INSERT INTO schema_step (component, number, name, text_sha256) "
              "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
              Values(step.component, int64_t{step.number}, step.name, Bytes{Sha256(step.sql)})));
  return recorded == 1;
}

absl::Status Identify(Session& session, const std::string& origin) {
  return Execute(session, "INSERT INTO store_identity (origin) VALUES ($1)", Values(origin))
      .status();
}

absl::Status CheckOrigin(Session& session, const std::string& origin) {
  std::string found;
  RETURN_IF_ERROR(session
                      .Run("SELECT origin FROM store_identity", {},
                           [&](const Row& row) {
                             found = row.Text(0);
                             return absl::OkStatus();
                           })
                      .status());
  if (found == origin) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the store belongs to ", found, ", not ", origin));
}

}  // namespace shian::store
