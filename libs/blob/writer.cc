#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/blob/file.h"
#include "libs/blob/limits.h"
#include "libs/blob/seal.h"
#include "libs/blob/streams.h"
#include "libs/errors/errors.h"

namespace shian::blob {
namespace {

using errors::Reason;
using errors::Refuse;

class SealingWriter final : public Writer {
 public:
  SealingWriter(WriterParts parts, std::string file_key, File file)
      : parts_(std::move(parts)), file_key_(std::move(file_key)), file_(std::move(file)) {}
  ~SealingWriter() override { unlink(parts_.unfinished_path.c_str()); }

  absl::Status Begin(absl::string_view header) { return file_.Write(header); }

  absl::Status Write(absl::string_view piece) override {
    if (size_ + static_cast<int64_t>(piece.size()) > parts_.bytes_max) {
      return Refuse(Reason::kBlobTooLarge, {{"max", absl::StrCat(parts_.bytes_max)}});
    }
    size_ += static_cast<int64_t>(piece.size());
    hash_.Update(piece);
    absl::StrAppend(&waiting_, piece);
    // The last piece is sealed otherwise than the rest, so one full piece stays until Finish.
    while (waiting_.size() > limits::kPieceBytes) {
      RETURN_IF_ERROR(Seal(absl::string_view(waiting_).substr(0, limits::kPieceBytes), false));
      waiting_.erase(0, limits::kPieceBytes);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<BlobInfo> Finish(absl::string_view expected_sha256) override {
    const std::string sha256 = HexEncode(hash_.Finish());
    if (!expected_sha256.empty() && expected_sha256 != sha256) {
      return Refuse(Reason::kBlobMismatch);
    }
    RETURN_IF_ERROR(Seal(waiting_, true));
    RETURN_IF_ERROR(file_.Sync());
    RETURN_IF_ERROR(Publish(parts_.path_of(sha256)));
    return BlobInfo{sha256, size_};
  }

 private:
  absl::Status Seal(absl::string_view piece, bool last) {
    return file_.Write(SealPiece(file_key_, pieces_++, last, piece));
  }

  // The blob appears under its name whole or not at all. One that is there already has the same
  // content; replacing it is as good as leaving it.
  absl::Status Publish(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    RETURN_IF_ERROR(MakeFolder(folder.string()));
    if (rename(parts_.unfinished_path.c_str(), path.c_str()) != 0) {
      return SystemError("rename", errno);
    }
    RETURN_IF_ERROR(SyncFolder(folder.string()));
    return SyncFolder(folder.parent_path().string());
  }

  const WriterParts parts_;
  const std::string file_key_;
  File file_;
  Sha256Stream hash_;
  std::string waiting_;
  uint64_t pieces_ = 0;
  int64_t size_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> OpenWriter(WriterParts parts) {
  ASSIGN_OR_RETURN(File file, File::Create(parts.unfinished_path));
  const std::string header = NewHeader(parts.master_key);
  ASSIGN_OR_RETURN(std::string file_key, FileKey(parts.master_key, header));
  auto writer =
      std::make_unique<SealingWriter>(std::move(parts), std::move(file_key), std::move(file));
  RETURN_IF_ERROR(writer->Begin(header));
  return writer;
}

}  // namespace shian::blob
