#include "libs/blob/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"

namespace shian::blob {

absl::Status SystemError(absl::string_view what, int error) {
  if (error == ENOSPC || error == EFBIG || error == EDQUOT) {
    return errors::Refuse(errors::Reason::kStoreFull);
  }
  if (error == ENOENT) return absl::NotFoundError(what);
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(error)));
}

absl::StatusOr<File> File::Create(const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return SystemError("create", errno);
  return File(descriptor);
}

absl::StatusOr<File> File::OpenForReading(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return SystemError("open", errno);
  return File(descriptor);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status File::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", errno);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> File::Read(size_t count) {
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const ssize_t got = read(descriptor_, bytes.data() + filled, count - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", errno);
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
}

absl::StatusOr<int64_t> File::Size() const {
  struct stat info;
  if (fstat(descriptor_, &info) != 0) return SystemError("stat", errno);
  return int64_t{info.st_size};
}

absl::Status File::Sync() {
  return fsync(descriptor_) == 0 ? absl::OkStatus() : SystemError("fsync", errno);
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return absl::OkStatus();
  return SystemError("mkdir", errno);
}

absl::Status SyncFolder(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return SystemError("open folder", errno);
  const int failed = fsync(descriptor);
  const int error = errno;
  close(descriptor);
  return failed == 0 ? absl::OkStatus() : SystemError("fsync folder", error);
}

}  // namespace shian::blob
