#include "libs/faults/disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/faults/limits.h"
#include "libs/faults/unsynced.h"

namespace shian::faults {
namespace {

constexpr char kVfsName[] = "shian_faults";

struct Orders {
  bool unsynced = false;
  absl::Duration sync_sleep;
  int64_t fail_at = 0;  // 0: never
  bool fail_on = false;

  bool any() const { return unsynced || fail_at > 0 || sync_sleep > absl::ZeroDuration(); }
};

// One per path, shared by all connections: a sync by any of them secures what all have written.
struct Shared {
  absl::Mutex mutex;
  std::unique_ptr<UnsyncedLog> log ABSL_GUARDED_BY(mutex);
};

struct State {
  absl::Mutex mutex;
  bool read_environment ABSL_GUARDED_BY(mutex) = false;
  bool registered ABSL_GUARDED_BY(mutex) = false;
  Orders orders ABSL_GUARDED_BY(mutex);
  std::map<std::string, std::weak_ptr<Shared>> files ABSL_GUARDED_BY(mutex);
  std::atomic<int64_t> calls{0};
};

State& TheState() {
  static State* const state = new State;
  return *state;
}

Orders TheOrders() {
  State& state = TheState();
  absl::MutexLock lock(&state.mutex);
  return state.orders;
}

absl::Status Wrong(absl::string_view part) {
  return absl::InvalidArgumentError(absl::StrCat("SHIAN_FAULT_DISK: cannot read \"", part, "\""));
}

bool ReadOrder(absl::string_view part, Orders* orders) {
  if (part == "unsynced") {
    orders->unsynced = true;
    return true;
  }
  if (absl::ConsumePrefix(&part, "sync_sleep:")) {
    return absl::ParseDuration(part, &orders->sync_sleep) &&
           orders->sync_sleep >= absl::ZeroDuration() && orders->sync_sleep <= limits::kSleepMax;
  }
  if (!absl::ConsumePrefix(&part, "fail:")) return false;
  orders->fail_on = absl::ConsumeSuffix(&part, "+");
  return absl::SimpleAtoi(part, &orders->fail_at) && orders->fail_at >= 1;
}

absl::StatusOr<Orders> ReadSpec(absl::string_view spec) {
  if (spec.size() > limits::kSpecBytesMax) return Wrong("too long");
  Orders orders;
  for (const absl::string_view part : absl::StrSplit(spec, ',', absl::SkipWhitespace())) {
    if (!ReadOrder(absl::StripAsciiWhitespace(part), &orders)) return Wrong(part);
  }
  return orders;
}

// Whether this call to the disk is one that fails.
bool Fails() {
  const Orders orders = TheOrders();
  const int64_t call = TheState().calls.fetch_add(1) + 1;
  if (orders.fail_at == 0) return false;
  const bool fails = orders.fail_on ? call >= orders.fail_at : call == orders.fail_at;
  if (fails) errno = EIO;
  return fails;
}

// ---- One open file ---------------------------------------------------------------------------

// SQLite allots the bytes: this head, and behind it the file of the real file system.
struct File {
  sqlite3_file base;
  std::shared_ptr<Shared>* shared;  // null: nothing is kept of this file
};

File* FileOf(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* RealOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(FileOf(file) + 1);
}

int64_t SizeOf(sqlite3_file* real) {
  sqlite3_int64 size = 0;
  return real->pMethods->xFileSize(real, &size) == SQLITE_OK ? size : -1;
}

// What stands in [offset, offset + length), as far as the file reaches.
bool ReadBack(sqlite3_file* real, int64_t offset, int64_t length, int64_t size, std::string* out) {
  const int64_t stands = std::max<int64_t>(0, std::min(length, size - offset));
  out->resize(stands);
  return stands == 0 ||
         real->pMethods->xRead(real, out->data(), static_cast<int>(stands), offset) == SQLITE_OK;
}

// Tells the log of a change to come; `truncate`: of everything behind `offset`.
bool Note(sqlite3_file* file, int64_t offset, int64_t length, bool truncate) {
  if (FileOf(file)->shared == nullptr) return true;
  Shared& shared = **FileOf(file)->shared;
  absl::MutexLock lock(&shared.mutex);
  const int64_t size = SizeOf(RealOf(file));
  if (size < 0) return false;
  std::string before;
  if (!ReadBack(RealOf(file), offset, truncate ? size - offset : length, size, &before)) {
    return false;
  }
  return truncate ? shared.log->NoteTruncate(offset, size, before)
                  : shared.log->NoteWrite(offset, length, size, before);
}

int Close(sqlite3_file* file) {
  const int code = RealOf(file)->pMethods->xClose(RealOf(file));
  delete FileOf(file)->shared;
  FileOf(file)->shared = nullptr;
  return code;
}

int Read(sqlite3_file* file, void* out, int length, sqlite3_int64 offset) {
  if (Fails()) return SQLITE_IOERR_READ;
  return RealOf(file)->pMethods->xRead(RealOf(file), out, length, offset);
}

int Write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  if (Fails() || !Note(file, offset, length, false)) return SQLITE_IOERR_WRITE;
  return RealOf(file)->pMethods->xWrite(RealOf(file), bytes, length, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (Fails() || !Note(file, size, 0, true)) return SQLITE_IOERR_TRUNCATE;
  return RealOf(file)->pMethods->xTruncate(RealOf(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  absl::SleepFor(TheOrders().sync_sleep);
  if (Fails()) return SQLITE_IOERR_FSYNC;
  if (FileOf(file)->shared == nullptr) return RealOf(file)->pMethods->xSync(RealOf(file), flags);
  // The log stands for the disk, so the disk itself need not be asked.
  Shared& shared = **FileOf(file)->shared;
  absl::MutexLock lock(&shared.mutex);
  return shared.log->Synced() ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  if (Fails()) return SQLITE_IOERR_FSTAT;
  return RealOf(file)->pMethods->xFileSize(RealOf(file), size);
}

int Lock(sqlite3_file* f, int level) { return RealOf(f)->pMethods->xLock(RealOf(f), level); }
int Unlock(sqlite3_file* f, int level) { return RealOf(f)->pMethods->xUnlock(RealOf(f), level); }
int CheckLock(sqlite3_file* f, int* out) {
  return RealOf(f)->pMethods->xCheckReservedLock(RealOf(f), out);
}
int FileControl(sqlite3_file* f, int what, void* arg) {
  return RealOf(f)->pMethods->xFileControl(RealOf(f), what, arg);
}
int SectorSize(sqlite3_file* f) { return RealOf(f)->pMethods->xSectorSize(RealOf(f)); }
int Characteristics(sqlite3_file* f) {
  return RealOf(f)->pMethods->xDeviceCharacteristics(RealOf(f));
}
int ShmMap(sqlite3_file* f, int page, int bytes, int extend, void volatile** out) {
  return RealOf(f)->pMethods->xShmMap(RealOf(f), page, bytes, extend, out);
}
int ShmLock(sqlite3_file* f, int offset, int n, int flags) {
  return RealOf(f)->pMethods->xShmLock(RealOf(f), offset, n, flags);
}
void ShmBarrier(sqlite3_file* f) { RealOf(f)->pMethods->xShmBarrier(RealOf(f)); }
int ShmUnmap(sqlite3_file* f, int remove) {
  return RealOf(f)->pMethods->xShmUnmap(RealOf(f), remove);
}

// Version 2: without mapped reads and writes, which would pass by.
constexpr sqlite3_io_methods kMethods = {
    2,        Close,     Read,        Write,      Truncate,        Sync,   FileSize, Lock,
    Unlock,   CheckLock, FileControl, SectorSize, Characteristics, ShmMap, ShmLock,  ShmBarrier,
    ShmUnmap, nullptr,   nullptr};

// ---- The file system -------------------------------------------------------------------------

sqlite3_vfs* RealVfs(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

bool IsKept(int flags) {
  return (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
}

std::shared_ptr<Shared> SharedOf(const std::string& path, bool created) {
  State& state = TheState();
  absl::MutexLock lock(&state.mutex);
  std::weak_ptr<Shared>& known = state.files[path];
  std::shared_ptr<Shared> shared = known.lock();
  if (shared != nullptr) return shared;
  shared = std::make_shared<Shared>();
  known = shared;
  absl::MutexLock file_lock(&shared->mutex);
  shared->log = UnsyncedLog::Open(path, created);
  return shared->log == nullptr ? nullptr : shared;
}

bool Exists(sqlite3_vfs* vfs, const char* name) {
  int exists = 0;
  vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &exists);
  return exists != 0;
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if (Fails()) return SQLITE_CANTOPEN;
  sqlite3_vfs* real = RealVfs(vfs);
  const bool keep = name != nullptr && IsKept(flags) && TheOrders().unsynced;
  const bool created = keep && !Exists(real, name);
  const int code = real->xOpen(real, name, RealOf(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  FileOf(file)->shared = nullptr;
  if (keep) {
    auto shared = SharedOf(name, created);
    CHECK(shared != nullptr) << "no log of unsynced writes beside " << name;
    FileOf(file)->shared = new std::shared_ptr<Shared>(std::move(shared));
  }
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

// A deletion is taken for durable at once: SQLite deletes only what it no longer needs.
int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  if (Fails()) return SQLITE_IOERR_DELETE;
  if (TheOrders().unsynced) {
    const auto shared = SharedOf(name, false);
    absl::MutexLock lock(&shared->mutex);
    shared->log->Forget();
  }
  return RealVfs(vfs)->xDelete(RealVfs(vfs), name, sync_folder);
}

int Access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  return RealVfs(vfs)->xAccess(RealVfs(vfs), name, flags, out);
}
int FullPathname(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return RealVfs(vfs)->xFullPathname(RealVfs(vfs), name, size, out);
}

// Everything that names no file goes to the real file system, whose own pointer it expects.
int Randomness(sqlite3_vfs* vfs, int size, char* out) {
  return RealVfs(vfs)->xRandomness(RealVfs(vfs), size, out);
}
int Sleep(sqlite3_vfs* vfs, int micros) { return RealVfs(vfs)->xSleep(RealVfs(vfs), micros); }
int CurrentTime(sqlite3_vfs* vfs, double* out) {
  return RealVfs(vfs)->xCurrentTime(RealVfs(vfs), out);
}
int LastError(sqlite3_vfs* vfs, int size, char* out) {
  return RealVfs(vfs)->xGetLastError(RealVfs(vfs), size, out);
}
int CurrentTime64(sqlite3_vfs* vfs, sqlite3_int64* out) {
  return RealVfs(vfs)->xCurrentTimeInt64(RealVfs(vfs), out);
}

sqlite3_vfs MakeVfs() {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  CHECK(real != nullptr) << "SQLite has no file system";
  sqlite3_vfs vfs = {};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  vfs.mxPathname = real->mxPathname;
  vfs.zName = kVfsName;
  vfs.pAppData = real;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xRandomness = Randomness;
  vfs.xSleep = Sleep;
  vfs.xCurrentTime = CurrentTime;
  vfs.xGetLastError = LastError;
  vfs.xCurrentTimeInt64 = CurrentTime64;
  return vfs;
}

}  // namespace

absl::Status ArmDisk(absl::string_view spec) {
  ASSIGN_OR_RETURN(const Orders orders, ReadSpec(spec));
  State& state = TheState();
  absl::MutexLock lock(&state.mutex);
  state.read_environment = true;
  state.orders = orders;
  state.calls = 0;
  return absl::OkStatus();
}

int64_t DiskCalls() { return TheState().calls.load(); }

const char* DiskVfs() {
  State& state = TheState();
  absl::MutexLock lock(&state.mutex);
  if (!state.read_environment) {
    const char* spec = std::getenv("SHIAN_FAULT_DISK");
    const auto orders = ReadSpec(spec ? spec : "");
    CHECK_OK(orders);
    if (orders->any()) std::fprintf(stderr, "disk faults armed: %s\n", spec);
    state.orders = *orders;
    state.read_environment = true;
  }
  if (!state.orders.any()) return nullptr;
  if (!state.registered) {
    static sqlite3_vfs vfs = MakeVfs();
    CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK) << "cannot register the faulty file system";
    state.registered = true;
  }
  return kVfsName;
}

}  // namespace shian::faults
