#include "libs/blob/blob.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/blob/file.h"
#include "libs/blob/seal.h"
#include "libs/blob/streams.h"
#include "libs/errors/errors.h"

namespace shian::blob {
namespace {

namespace fs = std::filesystem;

constexpr size_t kKeyFileBytesMax = 256;
constexpr size_t kUnfinishedNameBytes = 16;
constexpr size_t kFanOutDigits = 2;

bool IsSha256(absl::string_view text) {
  return text.size() == 2 * kSha256Bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

absl::Status CheckSha256(absl::string_view text) {
  if (IsSha256(text)) return absl::OkStatus();
  return errors::InvalidField(
      "sha256", {"must be 64 lower-case hexadecimal digits", "应为64位小写十六进制数字"});
}

absl::StatusOr<std::string> ReadKey(const std::string& path) {
  ASSIGN_OR_RETURN(File file, File::OpenForReading(path));
  ASSIGN_OR_RETURN(const std::string content, file.Read(kKeyFileBytesMax));
  if (content.size() == kMasterKeyBytes) return content;
  const absl::StatusOr<std::string> decoded = HexDecode(absl::StripAsciiWhitespace(content));
  if (decoded.ok() && decoded->size() == kMasterKeyBytes) return *decoded;
  return absl::InvalidArgumentError("a blob key has 32 bytes, raw or as 64 hexadecimal digits");
}

// What an upload left behind when the process ended under it, if it is as old.
void RemoveContent(const std::string& folder, std::chrono::hours age) {
  std::error_code ignored;
  const auto newest = fs::file_time_type::clock::now() - age;
  for (const auto& left : fs::directory_iterator(folder, ignored)) {
    if (age == age.zero() || left.last_write_time(ignored) < newest) {
      fs::remove(left.path(), ignored);
    }
  }
}

absl::Status Missing(absl::string_view sha256) {
  return errors::Refuse(errors::Reason::kBlobNotFound, {{"digest", std::string(sha256)}});
}

}  // namespace

Blobs::Blobs(Options options, std::string key)
    : options_(std::move(options)), key_(std::move(key)) {}

absl::StatusOr<std::unique_ptr<Blobs>> Blobs::Open(Options options) {
  absl::StatusOr<std::string> key = ReadKey(options.key_path);
  if (!key.ok()) {
    return absl::Status(key.status().code(),
                        absl::StrCat("blob key ", options.key_path, ": ", key.status().message()));
  }
  std::unique_ptr<Blobs> blobs(new Blobs(std::move(options), *std::move(key)));
  RETURN_IF_ERROR(MakeFolder(blobs->options_.folder));
  RETURN_IF_ERROR(MakeFolder(blobs->UnfinishedFolder()));
  RemoveContent(blobs->UnfinishedFolder(),
                blobs->options_.shared ? limits::kUnfinishedKeptShared : std::chrono::hours(0));
  return blobs;
}

// A folder for each first byte keeps folders small.
std::string Blobs::PathOf(absl::string_view sha256) const {
  return absl::StrCat(options_.folder, "/", sha256.substr(0, kFanOutDigits), "/", sha256);
}

std::string Blobs::UnfinishedFolder() const { return absl::StrCat(options_.folder, "/unfinished"); }

absl::StatusOr<std::unique_ptr<Writer>> Blobs::NewWriter() {
  WriterParts parts;
  parts.master_key = key_;
  parts.unfinished_path =
      absl::StrCat(UnfinishedFolder(), "/", HexEncode(RandomBytes(kUnfinishedNameBytes)));
  parts.bytes_max = options_.bytes_max;
  parts.path_of = [this](absl::string_view sha256) { return PathOf(sha256); };
  return OpenWriter(std::move(parts));
}

absl::StatusOr<std::unique_ptr<Reader>> Blobs::NewReader(absl::string_view sha256) {
  RETURN_IF_ERROR(CheckSha256(sha256));
  absl::StatusOr<std::unique_ptr<Reader>> reader = OpenReader(PathOf(sha256), key_, sha256);
  if (absl::IsNotFound(reader.status())) return Missing(sha256);
  return reader;
}

absl::StatusOr<BlobInfo> Blobs::Stat(absl::string_view sha256) const {
  RETURN_IF_ERROR(CheckSha256(sha256));
  absl::StatusOr<File> file = File::OpenForReading(PathOf(sha256));
  if (absl::IsNotFound(file.status())) return Missing(sha256);
  RETURN_IF_ERROR(file.status());
  ASSIGN_OR_RETURN(const int64_t bytes, file->Size());
  return BlobInfo{std::string(sha256), PlainSize(bytes)};
}

absl::Status Blobs::Erase(absl::string_view sha256) {
  RETURN_IF_ERROR(CheckSha256(sha256));
  const std::string path = PathOf(sha256);
  if (unlink(path.c_str()) != 0) {
    return errno == ENOENT ? absl::OkStatus() : SystemError("unlink", errno);
  }
  return SyncFolder(fs::path(path).parent_path().string());
}

absl::Status Blobs::ForEach(
    const std::function<absl::Status(const std::string& sha256)>& visit) const {
  std::error_code failed;
  // Not a range-for, which throws when a folder within cannot be opened.
  for (fs::recursive_directory_iterator at(options_.folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (IsSha256(name)) RETURN_IF_ERROR(visit(name));
  }
  return failed ? SystemError("list", failed.value()) : absl::OkStatus();
}

absl::StatusOr<BlobInfo> Blobs::Put(absl::string_view content) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Writer> writer, NewWriter());
  RETURN_IF_ERROR(writer->Write(content));
  return writer->Finish();
}

absl::StatusOr<std::string> Blobs::Get(absl::string_view sha256) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader, NewReader(sha256));
  std::string content;
  while (true) {
    ASSIGN_OR_RETURN(const std::string piece, reader->Next());
    if (piece.empty()) return content;
    content += piece;
  }
}

}  // namespace shian::blob
