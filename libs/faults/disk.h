#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Faults of the disk under SQLite, in the very program that ships. Off unless SHIAN_FAULT_DISK is
// set when the process first opens a database:
//
//   SHIAN_FAULT_DISK="unsynced,sync_sleep:2ms,fail:17+"
//
// unsynced         keeps what is written and not synced beside each file: see unsynced.h
// sync_sleep:TIME  each sync takes so much longer, at most 10 s
// fail:N           the N-th call to the disk fails with an I/O error; N+ from the N-th on
//
// Off, SQLite works on its own file system and nothing here is called.
namespace shian::faults {

// Orders what `spec` says, in the form above, for databases opened from now on, and forgets what
// was ordered before; the empty text orders nothing. INVALID_ARGUMENT leaves everything as it was.
absl::Status ArmDisk(absl::string_view spec);

// Calls to the disk since ArmDisk.
int64_t DiskCalls();

// The name of the file system to open a database on; null for SQLite's own. A setting in the
// environment that does not parse ends the process.
const char* DiskVfs();

}  // namespace shian::faults
