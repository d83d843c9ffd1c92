#include "libs/rpc/open_store.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "embedded/policy_schema.h"
#include "libs/ledger/revision.h"
#include "libs/rpc/due_work.h"
#include "libs/store/postgres.h"
#include "libs/store/sqlite.h"
#include "libs/telemetry/log.h"

namespace shian::rpc {
namespace {

absl::StatusOr<std::unique_ptr<store::Store>> OpenDatabase(const config::Config& config,
                                                           store::Schema schema) {
  store::PostgresOptions options;
  options.address = config.store;
  options.schema = std::move(schema);
  options.origin = OriginOf(config.service, config);
  options.revision = ledger::Revision;
  options.standby = config.store_standby;
  options.connections = config.store_connections;
  options.isolation = config.store_isolation == "snapshot" ? store::Isolation::kSnapshot
                                                           : store::Isolation::kSerializable;
  options.log = [](const std::string& why) {
    telemetry::Log(telemetry::Severity::kWarning, "store_away", {{"why", why}});
  };
  return store::OpenPostgres(std::move(options));
}

}  // namespace

std::string OriginOf(absl::string_view service, const config::Config& config) {
  return absl::StrCat("shian.", service, "/", config.region);
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(const config::Config& config,
                                                        store::Schema schema) {
  schema.Add("policy", policy::kMigrations);
  schema.migrations.push_back(ClockMigration());
  if (store::IsPostgresAddress(config.store)) return OpenDatabase(config, std::move(schema));
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(config.store).parent_path(), error);
  if (error) return absl::UnavailableError(absl::StrCat(config.store, ": ", error.message()));
  store::SqliteOptions options;
  options.path = config.store;
  options.schema = std::move(schema);
  options.origin = OriginOf(config.service, config);
  options.revision = ledger::Revision;
  return store::OpenSqlite(std::move(options));
}

}  // namespace shian::rpc
