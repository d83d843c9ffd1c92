#include "services/ctl/import/stream.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "services/ctl/session/invoke.h"
#include "shian/common/v1/import.pb.h"

namespace shian::ctl {
namespace {

using google::protobuf::Message;

// The server digests what it received in deterministic form, so this side must too.
std::string Deterministic(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream sink(&bytes);
  google::protobuf::io::CodedOutputStream coded(&sink);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

struct ImportStream::State {
  Session* session = nullptr;
  const google::protobuf::MethodDescriptor* method = nullptr;
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
  grpc::Status refused;
  Sha256Stream digest;
  int64_t rows = 0;
  bool going = false;

  bool Await() {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  }

  bool Send(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    return Await();
  }

  bool Receive(Message* answer) {
    grpc::ByteBuffer buffer;
    stream->Read(&buffer, nullptr);
    if (!Await()) return false;
    std::vector<grpc::Slice> slices;
    if (!buffer.Dump(&slices).ok()) return false;
    std::string bytes;
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return answer->ParseFromString(bytes);
  }
};

ImportStream::ImportStream(Session& session, const google::protobuf::MethodDescriptor& method)
    : state_(std::make_unique<State>()) {
  state_->session = &session;
  state_->method = &method;
  const auto channel = session.ChannelTo(ServiceOf(method));
  if (!channel.ok()) {
    state_->refused = {grpc::StatusCode::FAILED_PRECONDITION,
                       std::string(channel.status().message())};
    return;
  }
  PrepareCall(session, false, &state_->context);
  grpc::GenericStub stub(*channel);
  state_->stream = stub.PrepareCall(
      &state_->context, absl::StrCat("/", method.service()->full_name(), "/", method.name()),
      &state_->queue);
  state_->stream->StartCall(nullptr);
  state_->going = state_->Await();
}

ImportStream::~ImportStream() = default;

bool ImportStream::Exchange(const Message& chunk, int64_t rows, Message* answer) {
  if (!state_->going) return false;
  const std::string bytes = Deterministic(chunk);
  state_->going = state_->Send(bytes) && state_->Receive(answer);
  if (!state_->going) return false;
  state_->digest.Update(bytes);
  state_->rows += rows;
  return true;
}

grpc::Status ImportStream::Finish() {
  if (state_->stream == nullptr) return state_->refused;
  if (state_->going) {
    const auto protos = state_->session->protos();
    const auto last = (*protos)->NewMessage(state_->method->input_type());
    shian::common::v1::StreamEnd end;
    end.set_count(state_->rows);
    end.set_sha256(state_->digest.Finish());
    const auto* field = last->GetDescriptor()->FindFieldByName("end");
    last->GetReflection()
        ->MutableMessage(last.get(), field)
        ->ParseFromString(end.SerializeAsString());
    if (state_->Send(Deterministic(*last))) {
      state_->stream->WritesDone(nullptr);
      state_->Await();
    }
  }
  grpc::Status status;
  state_->stream->Finish(&status, nullptr);
  state_->Await();
  return status;
}

std::string ChunkRequestId(const std::string& run, int64_t number) {
  std::string hash = Sha256(absl::StrCat("shian import ", run, " ", number)).substr(0, 16);
  hash[6] = static_cast<char>((hash[6] & 0x0F) | 0x80);  // a UUID of version 8: made by rule
  hash[8] = static_cast<char>((hash[8] & 0x3F) | 0x80);
  const std::string hex = HexEncode(hash);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

}  // namespace shian::ctl
