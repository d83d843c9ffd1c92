#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// What a process wrote to a file and has not synced, kept beside it in "FILE.unsynced". The file
// itself holds what the operating system would hand out; with the log, a test can play out a power
// cut after the process is gone: whatever was not synced is undone, wholly or piece by piece.
namespace shian::faults {

class UnsyncedLog {
 public:
  // `created`: the file was made just now, and its name is not on the disk before its first sync.
  static std::unique_ptr<UnsyncedLog> Open(const std::string& file, bool created);
  ~UnsyncedLog();
  UnsyncedLog(const UnsyncedLog&) = delete;
  UnsyncedLog& operator=(const UnsyncedLog&) = delete;

  // Before the file changes. `before` is what stands from `offset` on and will be overwritten, at
  // most up to the file's end; `length` is what will be written. False: the log took it not, and
  // the change must not happen.
  bool NoteWrite(int64_t offset, int64_t length, int64_t size, absl::string_view before);
  // `tail` is what stands behind `new_size`.
  bool NoteTruncate(int64_t new_size, int64_t size, absl::string_view tail);
  // Everything written so far is on the disk.
  bool Synced();
  // The file is deleted, and that is on the disk.
  void Forget();

 private:
  UnsyncedLog(std::string path, int log) : path_(std::move(path)), log_(log) {}
  bool Append(char kind, int64_t offset, int64_t length, int64_t size, absl::string_view before);

  const std::string path_;
  const int log_;
};

// Makes of a database whose process is gone what a power cut would have left: each unsynced piece
// of 512 bytes, name and truncation stays with probability `keep`, independently of the others, so
// that writes are torn and out of order. The shared-memory file is gone in any case. An error when
// there is no such database.
absl::Status CutPower(const std::string& database, double keep, uint64_t seed);

}  // namespace shian::faults
