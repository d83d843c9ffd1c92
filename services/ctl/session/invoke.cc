#include "services/ctl/session/invoke.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <iostream>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/base/random.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/rpc/client.h"
#include "nlohmann/json.hpp"

namespace shian::ctl {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr int kAttemptsMax = 20;

grpc::ByteBuffer Serialised(const Message& message) {
  const std::string bytes = message.SerializeAsString();
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(const grpc::ByteBuffer& buffer, Message* message) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return false;
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return message->ParseFromString(bytes);
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

grpc::Status NoChannel(const absl::Status& status) {
  return {grpc::StatusCode::FAILED_PRECONDITION, std::string(status.message())};
}

// Waits for the next event of a queue that carries one call.
bool Await(grpc::CompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue->Next(&tag, &ok) && ok;
}

const std::map<int, std::string>& CodeNames() {
  static const auto* names =
      new std::map<int, std::string>{{1, "CANCELLED"},           {2, "UNKNOWN"},
                                     {3, "INVALID_ARGUMENT"},    {4, "DEADLINE_EXCEEDED"},
                                     {5, "NOT_FOUND"},           {6, "ALREADY_EXISTS"},
                                     {7, "PERMISSION_DENIED"},   {8, "RESOURCE_EXHAUSTED"},
                                     {9, "FAILED_PRECONDITION"}, {10, "ABORTED"},
                                     {11, "OUT_OF_RANGE"},       {12, "UNIMPLEMENTED"},
                                     {13, "INTERNAL"},           {14, "UNAVAILABLE"},
                                     {15, "DATA_LOSS"},          {16, "UNAUTHENTICATED"}};
  return *names;
}

// The parts of google.rpc.Status that a person or a script can use.
nlohmann::ordered_json Details(const grpc::Status& status) {
  nlohmann::ordered_json json;
  const auto name = CodeNames().find(status.error_code());
  json["code"] = name == CodeNames().end() ? "UNKNOWN" : name->second;
  json["message"] = status.error_message();
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return json;
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::LocalizedMessage localized;
    google::rpc::BadRequest bad;
    google::rpc::PreconditionFailure failure;
    if (any.UnpackTo(&info)) json["reason"] = info.reason();
    if (any.UnpackTo(&localized)) json["localized"] = localized.message();
    if (any.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations()) {
        const std::string& chinese = violation.localized_message().message();
        json["fields"][violation.field()] = chinese.empty() ? violation.description() : chinese;
      }
    }
    if (any.UnpackTo(&failure)) {
      for (const auto& violation : failure.violations()) {
        json["articles"].push_back(violation.subject() + violation.description());
      }
    }
  }
  return json;
}

}  // namespace

void PrepareCall(const Session& session, bool timed, grpc::ClientContext* context) {
  rpc::PrepareContext(timed ? session.timeout() : absl::Hours(24), context);
  if (!session.token().empty()) context->AddMetadata("authorization", "Bearer " + session.token());
  context->AddMetadata("accept-language", "zh-CN");
}

namespace {

grpc::Status InvokeOnce(Session& session, const std::shared_ptr<grpc::Channel>& channel,
                        const MethodDescriptor& method, const Message& request, Message* response) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  PrepareCall(session, true, &context);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, PathOf(method), Serialised(request), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  Await(&queue);
  if (status.ok() && !Parse(answer, response)) {
    return {grpc::StatusCode::INTERNAL, "the answer does not decode: is the descriptor set older?"};
  }
  return status;
}

}  // namespace

grpc::Status InvokeUnary(Session& session, const std::string& service,
                         const MethodDescriptor& method, const Message& request,
                         Message* response) {
  const auto channel = session.ChannelTo(service);
  if (!channel.ok()) return NoChannel(channel.status());
  for (int attempt = 1;; ++attempt) {
    const grpc::Status status = InvokeOnce(session, *channel, method, request, response);
    // A service that is asked too much says when to come back.
    const auto pause = errors::RetryDelayOf(rpc::FromGrpc(status));
    if (!pause || attempt == kAttemptsMax) return status;
    absl::SleepFor(*pause);
  }
}

grpc::Status InvokeServerStream(Session& session, const std::string& service,
                                const MethodDescriptor& method, const Message& request,
                                const std::function<bool(const Message&)>& each) {
  const auto channel = session.ChannelTo(service);
  if (!channel.ok()) return NoChannel(channel.status());
  const auto protos = session.protos();
  if (!protos.ok()) return NoChannel(protos.status());
  grpc::GenericStub stub(*channel);
  grpc::ClientContext context;
  PrepareCall(session, false, &context);
  grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(&context, PathOf(method), &queue);
  stream->StartCall(nullptr);
  grpc::ByteBuffer bytes = Serialised(request);
  bool going = Await(&queue);
  if (going) {
    stream->WriteLast(bytes, grpc::WriteOptions(), nullptr);
    going = Await(&queue);
  }
  const auto answer = (*protos)->NewMessage(method.output_type());
  while (going) {
    grpc::ByteBuffer part;
    stream->Read(&part, nullptr);
    going = Await(&queue) && Parse(part, answer.get());
    if (going && !each(*answer)) {
      context.TryCancel();
      break;
    }
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  Await(&queue);
  const bool stopped_by_us = going && status.error_code() == grpc::StatusCode::CANCELLED;
  return stopped_by_us ? grpc::Status::OK : status;
}

absl::StatusOr<std::unique_ptr<Message>> RequestFromJson(const Protos& protos,
                                                         const MethodDescriptor& method,
                                                         const std::string& json) {
  auto request = protos.NewMessage(method.input_type());
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(json.empty() ? "{}" : json, request.get());
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("the request does not fit ",
                                                   method.input_type()->full_name(), ": ",
                                                   parsed.message().ToString()));
  }
  const auto* field = method.input_type()->FindFieldByName("request_id");
  const auto* reflection = request->GetReflection();
  if (field != nullptr && reflection->GetString(*request, field).empty()) {
    reflection->SetString(request.get(), field, NewUuid7(absl::Now(), RandomBytes(10)));
  }
  return request;
}

std::string ToJson(const Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = indented;
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(message, &json, options);
  return written.ok() ? json : "{}";
}

int ReportRefusal(const grpc::Status& status, bool json) {
  const nlohmann::ordered_json details = Details(status);
  if (json) {
    std::cerr << details.dump() << "\n";
    return kExitRpcBase + status.error_code();
  }
  std::cerr << details["code"].get<std::string>();
  if (details.contains("reason")) std::cerr << " " << details["reason"].get<std::string>();
  std::cerr << ": " << status.error_message() << "\n";
  if (details.contains("localized"))
    std::cerr << "  " << details["localized"].get<std::string>() << "\n";
  if (details.contains("fields")) {
    for (const auto& [field, text] : details["fields"].items()) {
      std::cerr << "  " << field << ": " << text.get<std::string>() << "\n";
    }
  }
  if (details.contains("articles")) {
    for (const auto& article : details["articles"]) {
      std::cerr << "  依据：" << article.get<std::string>() << "\n";
    }
  }
  return kExitRpcBase + status.error_code();
}

int ReportUsage(const absl::Status& status) {
  std::cerr << "shian: " << status.message() << "\n";
  return kExitUsage;
}

}  // namespace shian::ctl
