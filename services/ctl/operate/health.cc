#include "services/ctl/operate/health.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <iostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/ctl/session/invoke.h"

namespace shian::ctl {
namespace {

constexpr int kHealthPortOffset = 2;  // the plaintext, health-only listener
constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kServing[] = "\x08\x01";  // HealthCheckResponse{status: SERVING}

std::string HealthAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port))
    return address;
  return absl::StrCat(address.substr(0, colon + 1), port + kHealthPortOffset);
}

std::string StateOf(const Session& session, const std::string& address) {
  const auto channel =
      grpc::CreateChannel(HealthAddress(address), grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  PrepareCall(session, true, &context);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, kCheck, grpc::ByteBuffer(nullptr, 0), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return "UNREACHABLE";
  std::vector<grpc::Slice> slices;
  answer.Dump(&slices);
  const bool serving = slices.size() == 1 && slices[0].size() == 2 &&
                       std::equal(slices[0].begin(), slices[0].end(), kServing);
  return serving ? "SERVING" : "NOT_SERVING";
}

int Health(const Session& session) {
  nlohmann::ordered_json states;
  bool good = true;
  for (const std::string& service : kServices) {
    states[service] = StateOf(session, session.AddressOf(service));
    good = good && states[service] == "SERVING";
  }
  if (session.json()) {
    std::cout << states.dump(1) << "\n";
  } else {
    for (const auto& [service, state] : states.items()) {
      std::cout << absl::StrCat(service, std::string(12 - service.size(), ' '),
                                state.get<std::string>(), "\n");
    }
  }
  return good ? 0 : kExitWrong;
}

}  // namespace

void AddHealth(CLI::App* app, Session* session, int* exit_code) {
  CLI::App* health = app->add_subcommand("health", "ask every service whether it serves");
  health->callback([=] { *exit_code = Health(*session); });
}

}  // namespace shian::ctl
