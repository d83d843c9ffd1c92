#include <utility>

#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/blob/blob.h"
#include "libs/errors/errors.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/ongoing.h"
#include "libs/rpc/services.h"
#include "shian/common/v1/blob_service.grpc.pb.h"

namespace shian::rpc {
namespace {

using common::v1::DownloadBlobRequest;
using common::v1::DownloadBlobResponse;
using common::v1::UploadBlobRequest;
using common::v1::UploadBlobResponse;
using errors::Reason;
using errors::Refuse;

// Files are read and written on the edge's pool, one piece at a time: a disk may be slow, and
// callback threads are few.
bool OnPool(Edge& edge, std::function<void()> work) {
  return edge.state().pool->Run(std::move(work));
}

class Upload final : public grpc::ServerReadReactor<UploadBlobRequest> {
 public:
  Upload(Edge& edge, grpc::CallbackServerContext* context, UploadBlobResponse* out)
      : edge_(edge),
        ongoing_(std::make_shared<Ongoing>(edge.state(), context,
                                           UploadBlobRequest::default_instance())),
        out_(out) {
    if (const absl::Status status = Begin(); !status.ok()) {
      End(status);
    } else {
      StartRead(&in_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(Refuse(Reason::kStreamIncomplete));
    if (!OnPool(edge_, [this] { Take(); })) End(Refuse(Reason::kShedInFlight));
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Begin() {
    RETURN_IF_ERROR(ongoing_->Enter(Ongoing::DeadlineRule::kRequired));
    ASSIGN_OR_RETURN(writer_, edge_.blobs().NewWriter());
    return absl::OkStatus();
  }

  void Take() {
    if (in_.has_end()) return End(Close(in_.end()));
    const absl::Status status = TakePiece();
    if (!status.ok()) return End(status);
    in_.Clear();
    StartRead(&in_);
  }

  absl::Status TakePiece() {
    const std::string& piece = in_.data();
    if (piece.empty() || static_cast<int64_t>(piece.size()) > limits::kBlobPieceBytesMax) {
      return errors::InvalidField("data", {"must have 1 to 524288 bytes", "应为1至524288字节"});
    }
    bytes_ += static_cast<int64_t>(piece.size());
    return writer_->Write(piece);
  }

  absl::Status Close(const common::v1::StreamEnd& end) {
    // The writer takes no digest for "not known beforehand"; an upload's end has to say it.
    const bool whole = end.count() == bytes_ && end.sha256().size() == kSha256Bytes;
    if (!whole) return Refuse(Reason::kStreamMismatch);
    const auto info = writer_->Finish(HexEncode(end.sha256()));
    if (!info.ok()) {
      return absl::IsInvalidArgument(info.status()) ? Refuse(Reason::kStreamMismatch)
                                                    : info.status();
    }
    out_->set_sha256(info->sha256);
    out_->set_size_bytes(info->size_bytes);
    return absl::OkStatus();
  }

  void End(const absl::Status& status) { Finish(ongoing_->Finish(status)); }

  Edge& edge_;
  const std::shared_ptr<Ongoing> ongoing_;
  UploadBlobResponse* const out_;
  UploadBlobRequest in_;
  std::unique_ptr<blob::Writer> writer_;
  int64_t bytes_ = 0;
};

class Download final : public grpc::ServerWriteReactor<DownloadBlobResponse> {
 public:
  Download(Edge& edge, grpc::CallbackServerContext* context, const DownloadBlobRequest& request)
      : edge_(edge), ongoing_(std::make_shared<Ongoing>(edge.state(), context, request)) {
    if (const absl::Status status = Begin(request); !status.ok()) {
      End(status);
    } else {
      Advance();
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader went away"));
    Advance();
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Begin(const DownloadBlobRequest& request) {
    RETURN_IF_ERROR(ongoing_->Enter(Ongoing::DeadlineRule::kRequired));
    RETURN_IF_ERROR(ongoing_->TakeFields(request));
    ongoing_->call().NoteResource("blobs/" + request.sha256().substr(0, 64));
    if (!ongoing_->ReserveAudit()) return Refuse(Reason::kShedInFlight);
    ASSIGN_OR_RETURN(reader_, edge_.blobs().NewReader(request.sha256()));
    return absl::OkStatus();
  }

  void Advance() {
    if (!OnPool(edge_, [this] { SendPiece(); })) End(Refuse(Reason::kShedInFlight));
  }

  void SendPiece() {
    absl::StatusOr<std::string> piece = reader_->Next();
    if (!piece.ok()) return End(piece.status());
    if (piece->empty()) return End(absl::OkStatus());
    out_.Clear();
    if (!std::exchange(begun_, true)) out_.set_size_bytes(reader_->info().size_bytes);
    out_.set_data(*std::move(piece));
    StartWrite(&out_);
  }

  void End(const absl::Status& status) { Finish(ongoing_->Finish(status)); }

  Edge& edge_;
  const std::shared_ptr<Ongoing> ongoing_;
  std::unique_ptr<blob::Reader> reader_;
  DownloadBlobResponse out_;
  bool begun_ = false;
};

class BlobService final : public common::v1::BlobService::CallbackService {
 public:
  explicit BlobService(Edge& edge) : edge_(edge) {}

  grpc::ServerReadReactor<UploadBlobRequest>* UploadBlob(grpc::CallbackServerContext* context,
                                                         UploadBlobResponse* out) override {
    return new Upload(edge_, context, out);
  }

  grpc::ServerWriteReactor<DownloadBlobResponse>* DownloadBlob(
      grpc::CallbackServerContext* context, const DownloadBlobRequest* request) override {
    return new Download(edge_, context, *request);
  }

 private:
  Edge& edge_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBlobService(Edge& edge) {
  return std::make_unique<BlobService>(edge);
}

}  // namespace shian::rpc
