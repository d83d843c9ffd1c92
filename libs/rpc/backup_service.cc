#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/blob/blob.h"
#include "libs/errors/errors.h"
#include "libs/rpc/backup_mark.h"
#include "libs/rpc/feed_gate.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/services.h"
#include "libs/store/backup.h"
#include "shian/common/v1/backup_service.grpc.pb.h"

namespace shian::rpc {
namespace {

namespace fs = std::filesystem;
using common::v1::CopyBlobsRequest;
using common::v1::CopyBlobsResponse;
using common::v1::CopyStoreRequest;
using common::v1::CopyStoreResponse;
using common::v1::StreamEnd;
using errors::Reason;
using errors::Refuse;

constexpr char kCopySuffix[] = ".copy-";
constexpr size_t kCopyNameBytes = 8;

// One file in pieces, with the count and digest that close it.
class Pieces {
 public:
  explicit Pieces(const std::string& path) : file_(path, std::ios::binary) {}

  bool opened() const { return file_.is_open(); }
  // The next bytes; none at the end.
  absl::StatusOr<std::string> Next() {
    std::string piece(limits::kBlobPieceBytesMax, '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file_.bad()) return Refuse(Reason::kDataLoss, {{"table", "file"}, {"key", "backup"}});
    piece.resize(static_cast<size_t>(file_.gcount()));
    count_ += static_cast<int64_t>(piece.size());
    digest_.Update(piece);
    return piece;
  }
  void Close(StreamEnd* end) {
    end->set_count(count_);
    end->set_sha256(digest_.Finish());
  }

 private:
  std::ifstream file_;
  int64_t count_ = 0;
  Sha256Stream digest_;
};

class StoreCopy final : public grpc::ServerBidiReactor<CopyStoreRequest, CopyStoreResponse> {
 public:
  StoreCopy(Edge& edge, const BackupParts& parts, grpc::CallbackServerContext* context)
      : edge_(edge),
        parts_(parts),
        ongoing_(std::make_shared<Ongoing>(edge.state(), context,
                                           CopyStoreRequest::default_instance())) {
    absl::Status status = ongoing_->Enter(Ongoing::DeadlineRule::kRequired);
    if (status.ok() && !ongoing_->ReserveAudit()) status = Refuse(Reason::kShedInFlight);
    if (status.ok()) {
      StartRead(&in_);
    } else {
      End(status);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(Refuse(Reason::kStreamIncomplete));
    OnPool([this] { Take(); });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader went away"));
    if (closing_) return End(absl::OkStatus());
    if (pieces_ != nullptr) return OnPool([this] { SendPiece(); });
    StartRead(&in_);
  }
  void OnDone() override {
    Release();
    delete this;
  }

 private:
  void OnPool(std::function<void()> work) {
    if (!edge_.state().pool->Run(std::move(work))) End(Refuse(Reason::kShedInFlight));
  }

  void Take() {
    const absl::Status status = TakeStep();
    if (!status.ok() || noted_) return End(status);
    StartWrite(&out_);
  }

  absl::Status TakeStep() {
    RETURN_IF_ERROR(ongoing_->TakeFields(in_));
    ongoing_->call().NoteResource("stores/" + edge_.store().origin());
    out_.Clear();
    if (in_.step() == common::v1::BACKUP_STEP_HOLD && !held_) return Hold();
    if (in_.step() == common::v1::BACKUP_STEP_COPY) return Copy();
    if (in_.step() == common::v1::BACKUP_STEP_KEPT && !held_) {
      parts_.mark->Set(absl::Now());
      noted_ = true;
      return absl::OkStatus();
    }
    return errors::InvalidField(
        "step", {"must be BACKUP_STEP_HOLD once, then BACKUP_STEP_COPY, or BACKUP_STEP_KEPT alone",
                 "应先为一次BACKUP_STEP_HOLD，再为BACKUP_STEP_COPY；或仅为BACKUP_STEP_KEPT"});
  }

  absl::Status Hold() {
    held_ = true;
    held_until_ = absl::Now() + limits::kFeedHoldMax;
    if (!parts_.gate->Close(held_until_)) return Refuse(Reason::kDeadlinePassed);
    out_.set_held(true);
    return absl::OkStatus();
  }

  // The copy is gone from its folder as soon as it is open here, so nothing stays of it.
  absl::Status Copy() {
    if (parts_.store.empty()) return Refuse(Reason::kStoreNotAFile);
    const std::string path =
        absl::StrCat(parts_.store, kCopySuffix, HexEncode(RandomBytes(kCopyNameBytes)));
    bool in_time = true;
    RETURN_IF_ERROR(store::CopyFile(parts_.store, path, [&] {
      in_time = absl::Now() < held_until_;
      Release();
    }));
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    pieces_ = std::make_unique<Pieces>(path);
    fs::remove(path, failed);
    if (!in_time) return Refuse(Reason::kDeadlinePassed);
    out_.set_size_bytes(static_cast<int64_t>(size));
    return absl::OkStatus();
  }

  void SendPiece() {
    absl::StatusOr<std::string> piece = pieces_->Next();
    if (!piece.ok()) return End(piece.status());
    out_.Clear();
    closing_ = piece->empty();
    if (closing_) {
      pieces_->Close(out_.mutable_end());
    } else {
      out_.set_data(*std::move(piece));
    }
    StartWrite(&out_);
  }

  void Release() {
    if (std::exchange(held_, false)) parts_.gate->Open();
  }
  void End(const absl::Status& status) {
    Release();
    Finish(ongoing_->Finish(status));
  }

  Edge& edge_;
  const BackupParts& parts_;
  const std::shared_ptr<Ongoing> ongoing_;
  CopyStoreRequest in_;
  CopyStoreResponse out_;
  bool held_ = false;
  bool noted_ = false;
  absl::Time held_until_ = absl::InfiniteFuture();  // without a hold any time is good
  std::unique_ptr<Pieces> pieces_;
  bool closing_ = false;
};

absl::Status Damaged(const std::string& sha256) {
  return Refuse(Reason::kDataLoss, {{"table", "blob"}, {"key", sha256}});
}

bool IsAbsent(const std::string& path) {
  std::error_code failed;
  return !fs::exists(path, failed) && !failed;
}

class BlobsCopy final : public grpc::ServerWriteReactor<CopyBlobsResponse> {
 public:
  BlobsCopy(Edge& edge, const BackupParts& parts, grpc::CallbackServerContext* context,
            const CopyBlobsRequest& request)
      : edge_(edge),
        parts_(parts),
        ongoing_(std::make_shared<Ongoing>(edge.state(), context, request)) {
    if (const absl::Status status = Begin(request); !status.ok()) {
      End(status);
    } else {
      Advance();
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader went away"));
    if (closing_) return End(absl::OkStatus());
    Advance();
  }
  void OnDone() override { delete this; }

 private:
  absl::Status Begin(const CopyBlobsRequest& request) {
    RETURN_IF_ERROR(ongoing_->Enter(Ongoing::DeadlineRule::kRequired));
    RETURN_IF_ERROR(ongoing_->TakeFields(request));
    ongoing_->call().NoteResource("blobs/-");
    if (!ongoing_->ReserveAudit()) return Refuse(Reason::kShedInFlight);
    const std::string& after = request.after_sha256();
    const bool digits = after.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!after.empty() && (after.size() != 2 * kSha256Bytes || !digits)) {
      return errors::InvalidField(
          "after_sha256", {"must be 64 lower-case hexadecimal digits", "应为64位小写十六进制数字"});
    }
    after_ = after;
    return absl::OkStatus();
  }

  void Advance() {
    if (!edge_.state().pool->Run([this] { Send(); })) End(Refuse(Reason::kShedInFlight));
  }

  void Send() {
    const absl::Status status = NextMessage();
    if (!status.ok()) return End(status);
    StartWrite(&out_);
  }

  absl::Status NextMessage() {
    out_.Clear();
    if (!std::exchange(listed_, true)) RETURN_IF_ERROR(List());
    if (pieces_ == nullptr) return Open();
    absl::StatusOr<std::string> piece = pieces_->Next();
    if (!piece.ok()) return Damaged(sent_);
    if (!piece->empty()) {
      out_.set_data(*std::move(piece));
    } else {
      pieces_->Close(out_.mutable_end());
      pieces_.reset();
    }
    return absl::OkStatus();
  }

  absl::Status List() {
    return edge_.blobs().ForEach([this](const std::string& sha256) {
      if (sha256 > after_) names_.insert(sha256);
      return absl::OkStatus();
    });
  }

  // The next file that is still there: one may have been erased since it was listed. Only its
  // absence excuses it: what is there and cannot be read whole would be missing from the backup.
  absl::Status Open() {
    while (!names_.empty()) {
      sent_ = names_.extract(names_.begin()).value();
      const std::string path = absl::StrCat(parts_.blobs, "/", sent_.substr(0, 2), "/", sent_);
      auto pieces = std::make_unique<Pieces>(path);
      if (!pieces->opened() && IsAbsent(path)) continue;
      if (!pieces->opened()) return Damaged(sent_);
      ASSIGN_OR_RETURN(const bool there, CheckPlain());
      if (!there) continue;
      pieces_ = std::move(pieces);
      ++files_;
      out_.set_sha256(sent_);
      return absl::OkStatus();
    }
    closing_ = true;
    out_.set_files(files_);
    return absl::OkStatus();
  }

  // Reads the blob as a download does. What is sent is encrypted, and its digest would as well fit
  // a file that rotted here: the backup would vouch for it. False: it was erased meanwhile.
  absl::StatusOr<bool> CheckPlain() {
    const auto reader = edge_.blobs().NewReader(sent_);
    if (errors::ReasonOf(reader.status()) == Reason::kBlobNotFound) return false;
    if (!reader.ok()) return Damaged(sent_);
    for (bool more = true; more;) {
      const absl::StatusOr<std::string> piece = (*reader)->Next();
      if (!piece.ok()) return Damaged(sent_);
      more = !piece->empty();
    }
    return true;
  }

  void End(const absl::Status& status) { Finish(ongoing_->Finish(status)); }

  Edge& edge_;
  const BackupParts& parts_;
  const std::shared_ptr<Ongoing> ongoing_;
  CopyBlobsResponse out_;
  std::string after_;
  bool listed_ = false;
  std::set<std::string> names_;
  std::string sent_;  // the blob that is being sent
  std::unique_ptr<Pieces> pieces_;
  int64_t files_ = 0;
  bool closing_ = false;
};

// What a copy left behind when the process ended under it.
void RemoveCopies(const std::string& store) {
  std::error_code failed;
  const std::string prefix = fs::path(store).filename().string() + kCopySuffix;
  for (const auto& found : fs::directory_iterator(fs::path(store).parent_path(), failed)) {
    if (absl::StartsWith(found.path().filename().string(), prefix)) {
      fs::remove(found.path(), failed);
    }
  }
}

class BackupService final : public common::v1::BackupService::CallbackService {
 public:
  BackupService(Edge& edge, BackupParts parts) : edge_(edge), parts_(std::move(parts)) {}

  grpc::ServerBidiReactor<CopyStoreRequest, CopyStoreResponse>* CopyStore(
      grpc::CallbackServerContext* context) override {
    return new StoreCopy(edge_, parts_, context);
  }
  grpc::ServerWriteReactor<CopyBlobsResponse>* CopyBlobs(grpc::CallbackServerContext* context,
                                                         const CopyBlobsRequest* request) override {
    return new BlobsCopy(edge_, parts_, context, *request);
  }

 private:
  Edge& edge_;
  const BackupParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBackupService(Edge& edge, BackupParts parts) {
  if (!parts.store.empty()) RemoveCopies(parts.store);
  return std::make_unique<BackupService>(edge, std::move(parts));
}

}  // namespace shian::rpc
