#include "libs/faults/unsynced.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::faults {
namespace {

constexpr char kSuffix[] = ".unsynced";
constexpr int64_t kPieceBytes = 512;

constexpr char kCreated = 'C';
constexpr char kWritten = 'W';
constexpr char kTruncated = 'T';

struct Head {
  int64_t offset;  // of the write, or the size after a truncation
  int64_t length;  // of the write
  int64_t size;    // of the file before
  int64_t before;  // bytes that follow this head
  char kind;
  char padding[7];
};

struct Change {
  Head head;
  std::string before;
  std::string after;  // found while undoing
};

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::InternalError(absl::StrCat(what, " ", path, ": ", strerror(errno)));
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A record that the process did not finish was never followed by its change.
std::vector<Change> ReadLog(const std::string& path) {
  const std::string bytes = ReadAll(path);
  std::vector<Change> changes;
  for (size_t at = 0; at + sizeof(Head) <= bytes.size();) {
    Change change;
    std::memcpy(&change.head, bytes.data() + at, sizeof(Head));
    at += sizeof(Head);
    if (bytes.size() - at < static_cast<size_t>(change.head.before)) break;
    change.before = bytes.substr(at, change.head.before);
    at += change.head.before;
    changes.push_back(std::move(change));
  }
  return changes;
}

// The file of a database as a power cut finds it.
class Image {
 public:
  static absl::StatusOr<std::unique_ptr<Image>> Open(const std::string& path) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return Failed("cannot open", path);
    return std::unique_ptr<Image>(new Image(path, file));
  }
  ~Image() { close(file_); }

  absl::Status Undo(Change* change) {
    const Head& head = change->head;
    if (head.kind == kCreated) return absl::OkStatus();
    if (head.kind == kWritten) {
      change->after.resize(head.length);
      const ssize_t got = pread(file_, change->after.data(), head.length, head.offset);
      if (got < 0) return Failed("cannot read", path_);
      change->after.resize(got);
    }
    RETURN_IF_ERROR(Put(head.offset, change->before));
    return Resize(head.size);
  }

  // Does the change again as far as chance kept it.
  absl::Status Redo(const Change& change, const std::function<bool()>& kept) {
    const Head& head = change.head;
    if (head.kind == kTruncated) return kept() ? Resize(head.offset) : absl::OkStatus();
    const auto end = head.offset + static_cast<int64_t>(change.after.size());
    for (int64_t at = head.offset; at < end;) {
      const int64_t next = std::min(end, (at / kPieceBytes + 1) * kPieceBytes);
      const absl::string_view piece =
          absl::string_view(change.after).substr(at - head.offset, next - at);
      if (kept()) RETURN_IF_ERROR(Put(at, piece));
      at = next;
    }
    return absl::OkStatus();
  }

 private:
  Image(std::string path, int file) : path_(std::move(path)), file_(file) {}

  absl::Status Put(int64_t offset, absl::string_view bytes) {
    if (bytes.empty()) return absl::OkStatus();
    const ssize_t put = pwrite(file_, bytes.data(), bytes.size(), offset);
    return put == static_cast<ssize_t>(bytes.size()) ? absl::OkStatus()
                                                     : Failed("cannot write", path_);
  }
  absl::Status Resize(int64_t size) {
    return ftruncate(file_, size) == 0 ? absl::OkStatus() : Failed("cannot resize", path_);
  }

  const std::string path_;
  const int file_;
};

absl::Status CutFile(const std::string& path, const std::function<bool()>& kept) {
  const std::string log = path + kSuffix;
  std::vector<Change> changes = ReadLog(log);
  if (!changes.empty()) {
    ASSIGN_OR_RETURN(const auto image, Image::Open(path));
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
      RETURN_IF_ERROR(image->Undo(&*change));
    }
    const bool nameless = changes.front().head.kind == kCreated && !kept();
    if (nameless && unlink(path.c_str()) != 0) return Failed("cannot delete", path);
    for (const Change& change : changes) RETURN_IF_ERROR(image->Redo(change, kept));
  }
  unlink(log.c_str());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<UnsyncedLog> UnsyncedLog::Open(const std::string& file, bool created) {
  std::string path = file + kSuffix;
  const int log = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (log < 0) return nullptr;
  auto opened = std::unique_ptr<UnsyncedLog>(new UnsyncedLog(std::move(path), log));
  if (created && !opened->Append(kCreated, 0, 0, 0, "")) return nullptr;
  return opened;
}

UnsyncedLog::~UnsyncedLog() { close(log_); }

bool UnsyncedLog::NoteWrite(int64_t offset, int64_t length, int64_t size,
                            absl::string_view before) {
  return Append(kWritten, offset, length, size, before);
}

bool UnsyncedLog::NoteTruncate(int64_t new_size, int64_t size, absl::string_view tail) {
  return Append(kTruncated, new_size, 0, size, tail);
}

bool UnsyncedLog::Synced() { return ftruncate(log_, 0) == 0; }

void UnsyncedLog::Forget() { unlink(path_.c_str()); }

bool UnsyncedLog::Append(char kind, int64_t offset, int64_t length, int64_t size,
                         absl::string_view before) {
  Head head = {offset, length, size, static_cast<int64_t>(before.size()), kind, {}};
  iovec parts[] = {{&head, sizeof(head)}, {const_cast<char*>(before.data()), before.size()}};
  return writev(log_, parts, 2) == static_cast<ssize_t>(sizeof(head) + before.size());
}

absl::Status CutPower(const std::string& database, double keep, uint64_t seed) {
  struct stat found;
  if (stat(database.c_str(), &found) != 0) return Failed("cannot find", database);
  std::mt19937_64 random(seed);
  std::bernoulli_distribution coin(keep);
  const std::function<bool()> kept = [&] { return coin(random); };
  for (const char* suffix : {"", "-wal", "-journal"}) {
    RETURN_IF_ERROR(CutFile(absl::StrCat(database, suffix), kept));
  }
  unlink(absl::StrCat(database, "-shm").c_str());
  return absl::OkStatus();
}

}  // namespace shian::faults
