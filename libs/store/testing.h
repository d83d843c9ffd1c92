#pragma once

#include <memory>
#include <string>

#include "libs/store/sqlite.h"

namespace shian::store {

// A folder that is gone with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The database that tests run on, from SHIAN_TEST_POSTGRESQL; empty for SQLite. Tests of what only
// SQLite has are tagged [sqlite] and left out there. SHIAN_TEST_SNAPSHOT=1 runs them at snapshot
// isolation; SHIAN_TEST_DISTURB lets each first attempt fail, and names the file that counts them.
std::string TestDatabase();

// Runs one statement of the engine's own there.
void ExecuteOnDatabase(const std::string& words);

// A namespace of its own in that database, gone with its owner. On SQLite it is nothing.
class TemporaryNamespace {
 public:
  TemporaryNamespace();
  ~TemporaryNamespace();
  TemporaryNamespace(const TemporaryNamespace&) = delete;
  TemporaryNamespace& operator=(const TemporaryNamespace&) = delete;
  // Of the database with this namespace; empty on SQLite.
  const std::string& address() const { return address_; }

 private:
  std::string name_;
  std::string address_;
};

// The real store: on a real file in a temporary folder, or in a namespace of its own of the
// database that tests run on. It runs every write function twice, the first time rolled back, so
// that a function which keeps state outside of its transaction fails its test here and not on the
// day an engine retries.
class TemporaryStore {
 public:
  // `options` may set anything but path and rehearse_writes (of them a database takes what it has
  // too); without an origin it is "shian.test/410902".
  explicit TemporaryStore(Schema schema = Schema(1), SqliteOptions options = {});

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }
  // Closes and opens it again, as after a restart.
  void Reopen();
  // Another process's view of the same database; not on SQLite. Fails the test's process when it
  // cannot be opened.
  std::unique_ptr<Store> OpenReplica() { return OpenReplica(options_.schema); }
  std::unique_ptr<Store> OpenReplica(Schema schema);
  const std::string& path() const { return options_.path; }

  // One write at `now`, without a request id. Fails the process when the store does.
  absl::StatusOr<std::string> Write(absl::Time now, WriteFn fn);
  absl::Status Read(ReadFn fn) { return store_->ReadNow(std::move(fn)); }

 private:
  TemporaryFolder folder_;
  TemporaryNamespace namespace_;
  SqliteOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace shian::store
