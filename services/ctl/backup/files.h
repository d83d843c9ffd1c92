#ifndef SHIAN_SERVICES_CTL_BACKUP_FILES_H_
#define SHIAN_SERVICES_CTL_BACKUP_FILES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/hash.h"

namespace shian::ctl {

// A file of a backup: where it lies under its service's folder, and what it holds.
struct FileRecord {
  std::string path;
  int64_t size = 0;
  std::string sha256;  // 64 hex digits
};

// Writes a file that stands under its name only when it is whole and on the disk. Without a good
// Finish nothing stays.
class NewFile {
 public:
  // Makes its folder, for its owner alone. ALREADY_EXISTS when there is such a file.
  static absl::StatusOr<std::unique_ptr<NewFile>> Make(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status Write(absl::string_view bytes);
  // What was written; `path` of the record is left empty.
  absl::StatusOr<FileRecord> Finish();

 private:
  NewFile(std::string path, int descriptor);

  const std::string path_;
  int descriptor_;
  int64_t size_ = 0;
  Sha256Stream digest_;
};

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes);
// Reads the file and says what it holds. An error names it.
absl::StatusOr<FileRecord> Look(const std::string& path);
// DATA_LOSS, naming the file, when it is missing or not what the record says.
absl::Status CheckFile(const std::string& folder, const FileRecord& record);
absl::Status CopyChecked(const std::string& from, const FileRecord& record, const std::string& to);
// Gives a file that is whole its name.
absl::Status SyncAndRename(const std::string& from, const std::string& to);
absl::Status SyncFolder(const std::string& path);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_FILES_H_
