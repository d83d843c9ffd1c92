#include "services/ctl/backup/receive.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/status_macros.h"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;

constexpr char kRpcMark[] = "shian.internal/refused-call";
constexpr int kBlobTries = 5;
constexpr size_t kSha256Digits = 64;

absl::Status Broken(const std::string& service) {
  return absl::DataLossError(
      absl::StrCat(service, ": what arrived is not what the stream's end says"));
}

// One CopyBlobs: adds what came whole to `files`.
class BlobStream {
 public:
  BlobStream(std::string service, std::string folder, std::vector<FileRecord>* files)
      : service_(std::move(service)), folder_(std::move(folder)), files_(files) {}

  absl::Status Take(const pb::CopyBlobsResponse& message) {
    switch (message.part_case()) {
      case pb::CopyBlobsResponse::kSha256:
        return Begin(message.sha256());
      case pb::CopyBlobsResponse::kData:
        return file_ == nullptr ? Broken(service_) : file_->Write(message.data());
      case pb::CopyBlobsResponse::kEnd:
        return End(message.end());
      case pb::CopyBlobsResponse::kFiles:
        ended_ = message.files() == received_;
        return ended_ ? absl::OkStatus() : Broken(service_);
      case pb::CopyBlobsResponse::PART_NOT_SET:
        break;
    }
    return Broken(service_);
  }
  bool ended() const { return ended_; }

 private:
  // The name becomes a path, so it is looked at although it comes from our own service.
  absl::Status Begin(const std::string& sha256) {
    const bool digits = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (sha256.size() != kSha256Digits || !digits || file_ != nullptr) return Broken(service_);
    path_ = absl::StrCat("blobs/", sha256.substr(0, 2), "/", sha256);
    ASSIGN_OR_RETURN(file_, NewFile::Make(absl::StrCat(folder_, "/", path_)));
    return absl::OkStatus();
  }

  absl::Status End(const pb::StreamEnd& end) {
    if (file_ == nullptr) return Broken(service_);
    ASSIGN_OR_RETURN(FileRecord record, file_->Finish());
    file_.reset();
    if (record.size != end.count() || record.sha256 != HexEncode(end.sha256())) {
      return Broken(service_);
    }
    record.path = path_;
    files_->push_back(std::move(record));
    ++received_;
    return absl::OkStatus();
  }

  const std::string service_, folder_;
  std::vector<FileRecord>* const files_;
  std::unique_ptr<NewFile> file_;
  std::string path_;
  int64_t received_ = 0;
  bool ended_ = false;
};

}  // namespace

absl::Status Refused(const std::string& service, const grpc::Status& status) {
  absl::Status refused(static_cast<absl::StatusCode>(status.error_code()),
                       absl::StrCat(service, ": ", status.error_message()));
  refused.SetPayload(kRpcMark, absl::Cord("1"));
  return refused;
}

int ExitOf(const absl::Status& status) {
  if (status.ok()) return 0;
  if (status.GetPayload(kRpcMark)) return kExitRpcBase + static_cast<int>(status.code());
  return absl::IsDataLoss(status) ? kExitWrong : kExitUsage;
}

absl::StatusOr<std::unique_ptr<StoreStream>> StoreStream::Open(Session& session,
                                                               const std::string& service) {
  ASSIGN_OR_RETURN(const auto channel, session.ChannelTo(service));
  std::unique_ptr<StoreStream> stream(new StoreStream(service));
  PrepareCall(session, false, &stream->context_);
  stream->stub_ = pb::BackupService::NewStub(channel);
  stream->stream_ = stream->stub_->CopyStore(&stream->context_);
  return stream;
}

// Every exit tells the service, so that it is not held longer than needed.
StoreStream::~StoreStream() {
  if (stream_ == nullptr || finished_) return;
  context_.TryCancel();
  stream_->Finish();
}

absl::Status StoreStream::Send(pb::BackupStep step) {
  pb::CopyStoreRequest request;
  request.set_step(step);
  if (stream_->Write(request)) return absl::OkStatus();
  finished_ = true;
  return Refused(service_, stream_->Finish());
}

absl::Status StoreStream::Read(pb::CopyStoreResponse* message) {
  if (stream_->Read(message)) return absl::OkStatus();
  finished_ = true;
  const grpc::Status status = stream_->Finish();
  return status.ok() ? Broken(service_) : Refused(service_, status);
}

absl::Status StoreStream::Hold() {
  RETURN_IF_ERROR(Send(pb::BACKUP_STEP_HOLD));
  pb::CopyStoreResponse message;
  RETURN_IF_ERROR(Read(&message));
  return message.held() ? absl::OkStatus() : Broken(service_);
}

absl::Status StoreStream::Ask() { return Send(pb::BACKUP_STEP_COPY); }

absl::Status StoreStream::TellKept() {
  RETURN_IF_ERROR(Send(pb::BACKUP_STEP_KEPT));
  pb::CopyStoreResponse message;
  finished_ = true;
  const bool answered = stream_->Read(&message);
  if (answered) context_.TryCancel();
  const grpc::Status status = stream_->Finish();
  if (answered) return Broken(service_);
  return status.ok() ? absl::OkStatus() : Refused(service_, status);
}

absl::StatusOr<FileRecord> StoreStream::Receive(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> file, NewFile::Make(path));
  pb::CopyStoreResponse message;
  RETURN_IF_ERROR(Read(&message));
  const int64_t size = message.size_bytes();
  for (bool more = true; more;) {
    RETURN_IF_ERROR(Read(&message));
    more = message.has_data();
    if (more) RETURN_IF_ERROR(file->Write(message.data()));
  }
  finished_ = true;
  const grpc::Status status = stream_->Finish();
  if (!status.ok()) return Refused(service_, status);
  ASSIGN_OR_RETURN(FileRecord record, file->Finish());
  const bool whole = record.size == size && record.size == message.end().count() &&
                     record.sha256 == HexEncode(message.end().sha256());
  if (!whole) return Broken(service_);
  return record;
}

absl::StatusOr<std::vector<FileRecord>> ReceiveBlobs(Session& session, const std::string& service,
                                                     const std::string& folder) {
  ASSIGN_OR_RETURN(const auto channel, session.ChannelTo(service));
  const auto stub = pb::BackupService::NewStub(channel);
  std::vector<FileRecord> files;
  grpc::Status status;
  for (int tries = 0; tries < kBlobTries; ++tries) {
    grpc::ClientContext context;
    PrepareCall(session, false, &context);
    pb::CopyBlobsRequest request;
    if (!files.empty()) {
      request.set_after_sha256(files.back().path.substr(files.back().path.rfind('/') + 1));
    }
    const size_t before = files.size();
    const auto stream = stub->CopyBlobs(&context, request);
    BlobStream blobs(service, folder, &files);
    pb::CopyBlobsResponse message;
    absl::Status taken;
    while (taken.ok() && stream->Read(&message)) taken = blobs.Take(message);
    if (!taken.ok()) context.TryCancel();
    status = stream->Finish();
    RETURN_IF_ERROR(taken);
    if (status.ok() && blobs.ended()) return files;
    if (status.ok()) return Broken(service);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    if (files.size() > before) tries = 0;
  }
  return Refused(service, status);
}

}  // namespace shian::ctl
