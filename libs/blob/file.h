// Files by descriptor with our errors, for this library alone.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::blob {

// STORE_FULL when there is no room, else UNAVAILABLE with what the system said.
absl::Status SystemError(absl::string_view what, int error);

class File {
 public:
  static absl::StatusOr<File> Create(const std::string& path);  // must not exist; mode 0600
  static absl::StatusOr<File> OpenForReading(const std::string& path);
  File(File&& other) noexcept;
  File& operator=(File&&) = delete;
  ~File();

  absl::Status Write(absl::string_view bytes);
  // Up to `count` bytes; fewer at the end.
  absl::StatusOr<std::string> Read(size_t count);
  absl::StatusOr<int64_t> Size() const;
  absl::Status Sync();

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

absl::Status MakeFolder(const std::string& path);  // mode 0700; OK when it is there
absl::Status SyncFolder(const std::string& path);

}  // namespace shian::blob
