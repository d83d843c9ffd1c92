#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/store/disk_room.h"
#include "libs/store/store.h"

namespace shian::store {

// How much SQLite asks of the disk. Only kFull keeps what the store promises; the others are for
// the tests that show that a power cut is noticed when it costs something.
enum class Synchronous { kOff, kNormal, kFull };

struct SqliteOptions {
  // The database file; its folder exists. "-wal", "-shm" and "-lock" stand beside it.
  std::string path;
  Schema schema;
  // Who writes here, as it stands in every change: "shian.sanction/410902". A file of another
  // origin is refused.
  std::string origin;
  // The token of the state a transaction sees, for Written::revision (ledger::Revision).
  std::function<absl::StatusOr<std::string>(ReadTx&)> revision;
  // Real time, by which replies are kept; tests move it.
  const Clock* clock = &SystemClock();
  // Runs every write twice, the first time rolled back, and refuses one that answers differently:
  // what an engine that retries would do. For tests.
  bool rehearse_writes = false;
  Synchronous synchronous = Synchronous::kFull;
  // How much room there is; tests say it.
  std::function<DiskRoom(const std::string& path)> room = RoomAt;
};

// Opens or makes the file and applies the migrations it lacks. Refused with one clear line and
// nothing changed: the file of another application or origin, a newer one, a step whose text
// changed, a file that another process has open.
absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(SqliteOptions options);

// Exit code after an I/O error that leaves it unknown what is on the disk (EX_SOFTWARE).
inline constexpr int kExitStoreFailed = 70;

}  // namespace shian::store
