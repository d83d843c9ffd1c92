// A disk that does not keep what it was asked to keep: a VFS whose fsync of the log fails.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

std::atomic<bool> fsync_fails = false;
sqlite3_io_methods methods;          // the system's, but for xSync
const sqlite3_io_methods* original;  // the system's

int Sync(sqlite3_file* file, int flags) {
  return fsync_fails ? SQLITE_IOERR_FSYNC : original->xSync(file, flags);
}

int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  sqlite3_vfs* system = sqlite3_vfs_find("unix");
  const int code = system->xOpen(system, name, file, flags, out);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
    original = file->pMethods;
    methods = *original;
    methods.xSync = Sync;
    file->pMethods = &methods;
  }
  return code;
}

void InstallVfs() {
  static sqlite3_vfs vfs = *sqlite3_vfs_find("unix");
  vfs.zName = "failing";
  vfs.xOpen = Open;
  sqlite3_vfs_register(&vfs, 1);
}

// What the process does with a write whose fsync fails; it must not live to answer.
int WriteToFailingDisk(const std::string& folder) {
  InstallVfs();
  close(STDERR_FILENO);
  SqliteOptions options;
  options.path = folder + "/store.db";
  options.schema = TestSchema();
  options.origin = "shian.test/410902";
  auto store = OpenSqlite(std::move(options));
  if (!store.ok()) return 1;
  if (!(*store)->WriteAndWait(Request("r1"), InsertStall("operators/1", 1)).ok()) return 2;
  fsync_fails = true;
  (*store)->WriteAndWait(Request("r2"), InsertStall("operators/1", 2)).IgnoreError();
  return 3;
}

TEST_CASE("a failed fsync ends the process, and what was acknowledged is there", "[sqlite]") {
  TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) _exit(WriteToFailingDisk(folder.path()));
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == kExitStoreFailed);
  SqliteOptions options;
  options.path = folder.path() + "/store.db";
  options.schema = TestSchema();
  options.origin = "shian.test/410902";
  auto store = OpenSqlite(std::move(options));
  REQUIRE(store.ok());
  CHECK(CountStalls(**store) >= 1);
}

}  // namespace
}  // namespace shian::store
