// Evidence that is too big for a row: laboratory reports, photographs, recordings. Addressed by the
// SHA-256 of its content, encrypted at rest, streamed both ways, erasable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/blob/limits.h"

namespace shian::blob {

struct BlobInfo {
  std::string sha256;  // of the plain content, 64 lower-case hex digits
  int64_t size_bytes = 0;
};

// One upload. Not for use by two threads at once. Without a good Finish nothing stays.
class Writer {
 public:
  virtual ~Writer() = default;
  // BLOB_TOO_LARGE beyond the limit, STORE_FULL on a full disk.
  virtual absl::Status Write(absl::string_view piece) = 0;
  // Durable when it returns OK. With `expected_sha256` (hex) the content must have that hash, else
  // BLOB_MISMATCH. The same content twice is one blob.
  virtual absl::StatusOr<BlobInfo> Finish(absl::string_view expected_sha256 = "") = 0;
};

// One download.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual const BlobInfo& info() const = 0;
  // The next piece; empty at the end. Every piece is authenticated before it is returned and the
  // whole is checked against its hash with the last one: a changed file gives DATA_LOSS.
  virtual absl::StatusOr<std::string> Next() = 0;
};

class Blobs {
 public:
  struct Options {
    std::string folder;    // made when absent, mode 0700
    std::string key_path;  // 32 bytes, raw or 64 hex digits
    int64_t bytes_max = limits::kBlobBytesMax;
    // Other processes use the folder too, so what is unfinished may be another's, and lies a day.
    bool shared = false;
  };
  static absl::StatusOr<std::unique_ptr<Blobs>> Open(Options options);

  absl::StatusOr<std::unique_ptr<Writer>> NewWriter();
  // BLOB_NOT_FOUND when it never came or was erased; INVALID_ARGUMENT for what is no hash.
  absl::StatusOr<std::unique_ptr<Reader>> NewReader(absl::string_view sha256);
  absl::StatusOr<BlobInfo> Stat(absl::string_view sha256) const;
  // 依法删除. OK also when there is none.
  absl::Status Erase(absl::string_view sha256);
  // Calls `visit` for each blob: for backup and for scrubbing.
  absl::Status ForEach(const std::function<absl::Status(const std::string& sha256)>& visit) const;

  // Whole contents at once, for small documents and tests.
  absl::StatusOr<BlobInfo> Put(absl::string_view content);
  absl::StatusOr<std::string> Get(absl::string_view sha256);

 private:
  Blobs(Options options, std::string key);
  std::string PathOf(absl::string_view sha256) const;
  std::string UnfinishedFolder() const;

  const Options options_;
  const std::string key_;
};

}  // namespace shian::blob
