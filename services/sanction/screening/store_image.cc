#include "services/sanction/screening/store_image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/names/rules.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/screening/limits.h"

namespace shian::sanction {
namespace {

// Another form of what follows has another number.
constexpr absl::string_view kFormat = "shian.index.1\n";

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool good() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

// A file as it lies in memory; empty when it cannot be read.
class Mapped {
 public:
  explicit Mapped(const std::string& path) {
    const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat found = {};
    if (!file.good() || fstat(file.get(), &found) != 0 || found.st_size == 0) return;
    size_ = static_cast<size_t>(found.st_size);
    data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.get(), 0);
    if (data_ == MAP_FAILED) size_ = 0;
  }
  ~Mapped() {
    if (size_ > 0) munmap(data_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  absl::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

// What is being written; after a kill it may be left.
std::string NextOf(const std::string& path) { return path + ".next"; }

bool WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(descriptor, bytes.data(), bytes.size());
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return true;
}

// Pieces are small; the file takes them together.
class DigestedFile {
 public:
  explicit DigestedFile(int descriptor) : descriptor_(descriptor) {}

  bool Take(absl::string_view piece) {
    buffer_.append(piece.data(), piece.size());
    return buffer_.size() < kBufferBytes || Flush();
  }
  // With the digest of all of it at the end.
  bool Finish() { return Flush() && WriteAll(descriptor_, digest_.Finish()); }

 private:
  static constexpr size_t kBufferBytes = 1 << 20;

  bool Flush() {
    digest_.Update(buffer_);
    const bool wrote = WriteAll(descriptor_, buffer_);
    buffer_.clear();
    return wrote;
  }

  const int descriptor_;
  std::string buffer_;
  Sha256Stream digest_;
};

// The body without its digest; empty when that is wrong.
absl::string_view Whole(absl::string_view bytes) {
  if (bytes.size() < kFormat.size() + kSha256Bytes) return {};
  const absl::string_view body = bytes.substr(0, bytes.size() - kSha256Bytes);
  return Sha256(body) == bytes.substr(body.size()) ? body : absl::string_view();
}

// What stands before the index: by whose rules, on which change of whose list. A store that was
// restored may give a number again, but not to the same change.
absl::StatusOr<std::string> HeadAt(store::ReadTx& tx, int64_t revision) {
  ASSIGN_OR_RETURN(const std::vector<ListChange> at, ListChangesAfter(tx, revision - 1, 1));
  if (at.empty() || at.front().sequence != revision) return std::string();
  const std::string change =
      absl::StrCat(revision, " ", at.front().op.value(), " ", ToMicros(at.front().recorded));
  return absl::StrCat(kFormat, names::RulesHash(), Sha256(absl::StrCat(tx.origin(), " ", change)));
}

}  // namespace

absl::Status IndexImage::Load(store::ReadTx& tx) {
  if (path_.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool used, LoadFile(tx));
  // What is of no use may hold a name that is to be forgotten.
  if (!used) Remove();
  absl::MutexLock lock(&mutex_);
  kept_ = counted_from_ = used ? index_->revision() : 0;
  return absl::OkStatus();
}

absl::StatusOr<bool> IndexImage::LoadFile(store::ReadTx& tx) {
  const Mapped file(path_);
  const absl::string_view whole = Whole(file.bytes());
  const size_t head_bytes = kFormat.size() + 2 * kSha256Bytes;
  if (whole.size() < head_bytes) return false;
  ImageReader reader(whole.substr(head_bytes));
  ASSIGN_OR_RETURN(const std::string head, HeadAt(tx, static_cast<int64_t>(reader.Number())));
  if (head.empty() || whole.substr(0, head_bytes) != head) return false;
  ImageReader index(whole.substr(head_bytes));
  return index_->Load(&index);
}

absl::Status IndexImage::Save(store::ReadTx& tx) {
  const int64_t revision = index_->revision();
  absl::MutexLock lock(&mutex_);
  if (path_.empty() || revision == 0 || revision == kept_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string head, HeadAt(tx, revision));
  if (head.empty()) return absl::OkStatus();
  const absl::Status wrote = Write(revision, head);
  if (wrote.ok()) kept_ = revision;
  // A full disk is not asked again before much has changed.
  counted_from_ = revision;
  // One that moved meanwhile is kept another time.
  return index_->revision() == revision ? wrote : absl::OkStatus();
}

absl::Status IndexImage::Write(int64_t revision, const std::string& head) const {
  const std::string next = NextOf(path_);
  const File file(open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  DigestedFile out(file.get());
  ImageWriter writer([&out](absl::string_view piece) { return out.Take(piece); });
  const bool wrote = file.good() && writer.Bytes(head) && index_->Save(revision, &writer) &&
                     out.Finish() && fsync(file.get()) == 0 &&
                     std::rename(next.c_str(), path_.c_str()) == 0;
  if (wrote) return absl::OkStatus();
  unlink(next.c_str());
  return absl::UnavailableError("the index was not kept: " + path_);
}

bool IndexImage::IsDue() const {
  absl::MutexLock lock(&mutex_);
  const auto quarter = static_cast<int64_t>(index_->size() / 4);
  return !path_.empty() &&
         index_->revision() - counted_from_ > std::max(limits::kChangesPerImageMin, quarter);
}

void IndexImage::Remove() {
  absl::MutexLock lock(&mutex_);
  kept_ = 0;
  counted_from_ = index_->revision();
  if (path_.empty()) return;
  unlink(path_.c_str());
  unlink(NextOf(path_).c_str());
}

}  // namespace shian::sanction
