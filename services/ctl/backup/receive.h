#ifndef SHIAN_SERVICES_CTL_BACKUP_RECEIVE_H_
#define SHIAN_SERVICES_CTL_BACKUP_RECEIVE_H_

#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/ctl/backup/files.h"
#include "services/ctl/session/session.h"
#include "shian/common/v1/backup_service.grpc.pb.h"

namespace shian::ctl {

// A refused call as a status that names the service, and the exit code of a failed command:
// 64 + code for a refused call, 1 for what was found wrong, else 2.
absl::Status Refused(const std::string& service, const grpc::Status& status);
int ExitOf(const absl::Status& status);

// One service's CopyStore.
class StoreStream {
 public:
  static absl::StatusOr<std::unique_ptr<StoreStream>> Open(Session& session,
                                                           const std::string& service);
  ~StoreStream();

  // Returns when the service is held.
  absl::Status Hold();
  // Asks for the copy; does not wait for it.
  absl::Status Ask();
  // On a stream of its own: a whole backup, this service's copy in it, is verified and kept.
  absl::Status TellKept();
  // Writes the copy to a new file.
  absl::StatusOr<FileRecord> Receive(const std::string& path);

  const std::string& service() const { return service_; }

 private:
  explicit StoreStream(std::string service) : service_(std::move(service)) {}
  absl::Status Send(shian::common::v1::BackupStep step);
  absl::Status Read(shian::common::v1::CopyStoreResponse* message);

  const std::string service_;
  grpc::ClientContext context_;
  std::unique_ptr<shian::common::v1::BackupService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<shian::common::v1::CopyStoreRequest,
                                           shian::common::v1::CopyStoreResponse>>
      stream_;
  bool finished_ = false;
};

// Writes the service's evidence to `folder`/blobs. A connection that breaks is made again.
absl::StatusOr<std::vector<FileRecord>> ReceiveBlobs(Session& session, const std::string& service,
                                                     const std::string& folder);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_RECEIVE_H_
