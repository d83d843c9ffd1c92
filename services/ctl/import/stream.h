#ifndef SHIAN_SERVICES_CTL_IMPORT_STREAM_H_
#define SHIAN_SERVICES_CTL_IMPORT_STREAM_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libs/base/hash.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// One bidirectional import or bulk read: a chunk out, its answer back, then the next. The last
// message says how much was sent, because a cut stream looks like a finished one to the server.
class ImportStream {
 public:
  // `method` must outlive the stream.
  ImportStream(Session& session, const google::protobuf::MethodDescriptor& method);
  ~ImportStream();

  // Sends one chunk with its `rows` rows and waits for the answer. False: see Finish.
  bool Exchange(const google::protobuf::Message& chunk, int64_t rows,
                google::protobuf::Message* answer);
  // Sends the end (when all went well) and gives the stream's status.
  grpc::Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The request id of a chunk: the same for the same run and number, so that a run that is resumed
// repeats its writes instead of doubling them.
std::string ChunkRequestId(const std::string& run, int64_t number);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_STREAM_H_
