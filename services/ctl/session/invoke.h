#ifndef SHIAN_SERVICES_CTL_SESSION_INVOKE_H_
#define SHIAN_SERVICES_CTL_SESSION_INVOKE_H_

#include <google/protobuf/message.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// Deadline, token, language and a trace of its own, as every call of this tool carries them.
// `timed` is false for streams without end.
void PrepareCall(const Session& session, bool timed, grpc::ClientContext* context);

// Calls a unary method by its descriptor. `service` names the process when it is not the package's
// own (PolicyService and others run in every process).
grpc::Status InvokeUnary(Session& session, const std::string& service,
                         const google::protobuf::MethodDescriptor& method,
                         const google::protobuf::Message& request,
                         google::protobuf::Message* response);

// Calls a method that answers with a stream; `each` returns false to stop.
grpc::Status InvokeServerStream(Session& session, const std::string& service,
                                const google::protobuf::MethodDescriptor& method,
                                const google::protobuf::Message& request,
                                const std::function<bool(const google::protobuf::Message&)>& each);

// A request from proto JSON; an empty `request_id` of a mutation is filled with a new UUID.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> RequestFromJson(
    const Protos& protos, const google::protobuf::MethodDescriptor& method,
    const std::string& json);

// Proto JSON with the field names of the .proto files, indented for people.
std::string ToJson(const google::protobuf::Message& message, bool indented);

// Prints code, reason, message for people and ids on stderr; gives the exit code.
int ReportRefusal(const grpc::Status& status, bool json);
// The same for what went wrong before any call.
int ReportUsage(const absl::Status& status);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SESSION_INVOKE_H_
