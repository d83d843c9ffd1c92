#include "services/ctl/backup/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = 1 << 20;
constexpr char kUnfinished[] = ".unfinished";

absl::Status Failed(const std::string& what, const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(error)));
}

absl::Status MakeFolders(const fs::path& path) {
  std::error_code failed;
  if (path.empty() || fs::is_directory(path, failed)) return absl::OkStatus();
  RETURN_IF_ERROR(MakeFolders(path.parent_path()));
  if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return Failed("make", path.string(), errno);
  }
  return SyncFolder(path.parent_path());
}

absl::StatusOr<FileRecord> ReadThrough(const std::string& path,
                                       const std::function<absl::Status(absl::string_view)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return absl::NotFoundError(absl::StrCat(path, " is missing"));
  FileRecord record;
  Sha256Stream digest;
  std::string piece(kPieceBytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const absl::string_view bytes(piece.data(), static_cast<size_t>(file.gcount()));
    digest.Update(bytes);
    record.size += static_cast<int64_t>(bytes.size());
    RETURN_IF_ERROR(take(bytes));
  }
  if (file.bad()) return absl::DataLossError(absl::StrCat(path, " cannot be read"));
  record.sha256 = HexEncode(digest.Finish());
  return record;
}

absl::Status Same(const std::string& path, const FileRecord& found, const FileRecord& record) {
  if (found.size == record.size && found.sha256 == record.sha256) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, " is not what the backup's manifest says"));
}

}  // namespace

NewFile::NewFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

NewFile::~NewFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink((path_ + kUnfinished).c_str());
}

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Make(const std::string& path) {
  std::error_code failed;
  if (fs::exists(path, failed)) return absl::AlreadyExistsError(absl::StrCat(path, " exists"));
  RETURN_IF_ERROR(MakeFolders(fs::path(path).parent_path()));
  const std::string unfinished = path + kUnfinished;
  const int descriptor =
      open(unfinished.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return Failed("make", unfinished, errno);
  return std::unique_ptr<NewFile>(new NewFile(path, descriptor));
}

absl::Status NewFile::Write(absl::string_view bytes) {
  size_ += static_cast<int64_t>(bytes.size());
  digest_.Update(bytes);
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return Failed("write", path_, errno);
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<FileRecord> NewFile::Finish() {
  if (fsync(descriptor_) != 0) return Failed("sync", path_, errno);
  close(std::exchange(descriptor_, -1));
  const std::string unfinished = path_ + kUnfinished;
  if (rename(unfinished.c_str(), path_.c_str()) != 0) return Failed("rename", unfinished, errno);
  RETURN_IF_ERROR(SyncFolder(fs::path(path_).parent_path()));
  return FileRecord{"", size_, HexEncode(digest_.Finish())};
}

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> file, NewFile::Make(path));
  RETURN_IF_ERROR(file->Write(bytes));
  return file->Finish().status();
}

absl::StatusOr<FileRecord> Look(const std::string& path) {
  return ReadThrough(path, [](absl::string_view) { return absl::OkStatus(); });
}

absl::Status CheckFile(const std::string& folder, const FileRecord& record) {
  const std::string path = absl::StrCat(folder, "/", record.path);
  const absl::StatusOr<FileRecord> found = Look(path);
  if (!found.ok()) return absl::DataLossError(found.status().message());
  return Same(path, *found, record);
}

absl::Status CopyChecked(const std::string& from, const FileRecord& record, const std::string& to) {
  ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> file, NewFile::Make(to));
  ASSIGN_OR_RETURN(const FileRecord found,
                   ReadThrough(from, [&](absl::string_view bytes) { return file->Write(bytes); }));
  RETURN_IF_ERROR(Same(from, found, record));
  return file->Finish().status();
}

absl::Status SyncAndRename(const std::string& from, const std::string& to) {
  const int descriptor = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Failed("open", from, errno);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  if (failed != 0) return Failed("sync", from, failed);
  if (rename(from.c_str(), to.c_str()) != 0) return Failed("rename", from, errno);
  return SyncFolder(fs::path(to).parent_path());
}

absl::Status SyncFolder(const std::string& path) {
  const std::string folder = path.empty() ? "." : path;
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failed("open", folder, errno);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return failed == 0 ? absl::OkStatus() : Failed("sync", folder, failed);
}

}  // namespace shian::ctl
