#include "libs/store/testing.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/random.h"
#include "libs/store/postgres.h"
#include "libs/store/postgres_connection.h"

namespace shian::store {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "shian-XXXXXX").string();
  SHIAN_CHECK(mkdtemp(name.data()) != nullptr) << name;
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TestDatabase() {
  const char* address = std::getenv("SHIAN_TEST_POSTGRESQL");
  return address == nullptr ? "" : address;
}

namespace {

constexpr int kTestConnections = 4;

void Execute(const std::string& address, const std::string& words) {
  const auto connection = PostgresConnection::Open(address, Server::kPrimary);
  CHECK_OK(connection.status());
  CHECK_OK((*connection)->Execute(words));
}

// A line of what was ordered and what came of it, for tests/conformance/with_postgresql.py to
// judge.
void TellDisturbances() {
  const Disturbances& counted = CountedDisturbances();
  std::ofstream(std::getenv("SHIAN_TEST_DISTURB"), std::ios::app)
      << counted.ordered << " " << counted.conflicts << " " << counted.cuts << " "
      << counted.at_commit << "\n";
}

// Whether writes are to be disturbed.
bool DisturbOrdered() {
  static const bool ordered =
      std::getenv("SHIAN_TEST_DISTURB") != nullptr && std::atexit(TellDisturbances) == 0;
  return ordered;
}

}  // namespace

void ExecuteOnDatabase(const std::string& words) { Execute(TestDatabase(), words); }

TemporaryNamespace::TemporaryNamespace() {
  const std::string database = TestDatabase();
  if (database.empty()) return;
  name_ = absl::StrCat("t", HexEncode(RandomBytes(8)));
  Execute(database, absl::StrCat("CREATE SCHEMA ", name_));
  address_ = absl::StrCat(database, absl::StrContains(database, "?") ? "&" : "?",
                          "options=-csearch_path%3D", name_);
}

TemporaryNamespace::~TemporaryNamespace() {
  if (!name_.empty()) Execute(TestDatabase(), absl::StrCat("DROP SCHEMA ", name_, " CASCADE"));
}

TemporaryStore::TemporaryStore(Schema schema, SqliteOptions options)
    : options_(std::move(options)) {
  options_.path = folder_.path() + "/store.db";
  options_.schema = std::move(schema);
  if (options_.origin.empty()) options_.origin = "shian.test/410902";
  options_.rehearse_writes = true;
  Reopen();
}

std::unique_ptr<Store> TemporaryStore::OpenReplica(Schema schema) {
  SHIAN_CHECK(!namespace_.address().empty()) << "a file has one process";
  PostgresOptions options;
  options.address = namespace_.address();
  options.schema = std::move(schema);
  options.origin = options_.origin;
  options.revision = options_.revision;
  options.clock = options_.clock;
  options.rehearse_writes = options_.rehearse_writes;
  const bool snapshot = std::getenv("SHIAN_TEST_SNAPSHOT") != nullptr;
  options.isolation = snapshot ? Isolation::kSnapshot : Isolation::kSerializable;
  options.disturb_writes = DisturbOrdered();
  options.connections = kTestConnections;
  absl::StatusOr<std::unique_ptr<Store>> opened = OpenPostgres(std::move(options));
  CHECK_OK(opened.status());
  return *std::move(opened);
}

void TemporaryStore::Reopen() {
  store_.reset();
  if (!namespace_.address().empty()) {
    store_ = OpenReplica();
    return;
  }
  absl::StatusOr<std::unique_ptr<Store>> opened = OpenSqlite(options_);
  CHECK_OK(opened.status());
  store_ = *std::move(opened);
}

absl::StatusOr<std::string> TemporaryStore::Write(absl::Time now, WriteFn fn) {
  WriteContext context;
  context.now = now;
  context.caller = "test";
  absl::StatusOr<Written> written = store_->WriteAndWait(std::move(context), std::move(fn));
  if (!written.ok()) return written.status();
  return std::move(written->reply);
}

}  // namespace shian::store
