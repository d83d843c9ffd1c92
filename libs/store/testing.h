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

// The real store on a real file in a temporary folder. It runs every write function twice, the
// first time rolled back, so that a function which keeps state outside of its transaction fails
// its test here and not on the day an engine retries.
class TemporaryStore {
 public:
  // `options` may set anything but path and rehearse_writes; without an origin it is
  // "shian.test/410902".
  explicit TemporaryStore(Schema schema = Schema(1), SqliteOptions options = {});

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }
  // Closes and opens the file again, as after a restart.
  void Reopen();
  const std::string& path() const { return options_.path; }

  // One write at `now`, without a request id. Fails the process when the store does.
  absl::StatusOr<std::string> Write(absl::Time now, WriteFn fn);
  absl::Status Read(ReadFn fn) { return store_->ReadNow(std::move(fn)); }

 private:
  TemporaryFolder folder_;
  SqliteOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace shian::store
