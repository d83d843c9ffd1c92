#include <utility>

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

absl::Status Damaged(const std::string& sha256) {
  return errors::Refuse(errors::Reason::kDataLoss, {{"table", "blob"}, {"key", sha256}});
}

class OpeningReader final : public Reader {
 public:
  OpeningReader(BlobInfo info, std::string file_key, File file)
      : info_(std::move(info)), file_key_(std::move(file_key)), file_(std::move(file)) {}

  const BlobInfo& info() const override { return info_; }

  absl::StatusOr<std::string> Next() override {
    if (ended_) return std::string();
    const int64_t left = info_.size_bytes - read_;
    const bool last = left <= static_cast<int64_t>(limits::kPieceBytes);
    ASSIGN_OR_RETURN(const std::string sealed, file_.Read(limits::kPieceBytes + kTagBytes));
    absl::StatusOr<std::string> plain = OpenPiece(file_key_, pieces_++, last, sealed);
    if (!plain.ok()) return Damaged(info_.sha256);
    read_ += static_cast<int64_t>(plain->size());
    hash_.Update(*plain);
    ended_ = last;
    if (last && HexEncode(hash_.Finish()) != info_.sha256) return Damaged(info_.sha256);
    return plain;
  }

 private:
  const BlobInfo info_;
  const std::string file_key_;
  File file_;
  Sha256Stream hash_;
  uint64_t pieces_ = 0;
  int64_t read_ = 0;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenReader(const std::string& path,
                                                   absl::string_view master_key,
                                                   absl::string_view sha256) {
  ASSIGN_OR_RETURN(File file, File::OpenForReading(path));
  ASSIGN_OR_RETURN(const std::string header, file.Read(kHeaderBytes));
  ASSIGN_OR_RETURN(const int64_t file_bytes, file.Size());
  BlobInfo info{std::string(sha256), PlainSize(file_bytes)};
  absl::StatusOr<std::string> file_key = FileKey(master_key, header);
  if (absl::IsFailedPrecondition(file_key.status())) return file_key.status();
  if (!file_key.ok() || info.size_bytes < 0) return Damaged(info.sha256);
  return std::make_unique<OpeningReader>(std::move(info), *std::move(file_key), std::move(file));
}

}  // namespace shian::blob
