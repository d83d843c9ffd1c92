// bench_load: keeps a number of unary calls in flight and prints the rate, p50 and p99 in
// microseconds, how often a call was sent again because the server had too much to do, and how many
// did not end with OK.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "tests/bench/measure.h"

namespace shian::bench {
namespace {

struct Options {
  std::string address, pki, system, server, method, requests, token;
  int in_flight = 64;
  int connections = 4;
  int calls = 0;
};

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file of messages, each behind its length in four bytes, least first.
std::vector<grpc::ByteBuffer> ReadRequests(const std::string& path) {
  const std::string bytes = ReadAll(path);
  std::vector<grpc::ByteBuffer> requests;
  for (size_t at = 0; at + 4 <= bytes.size();) {
    const auto* head = reinterpret_cast<const unsigned char*>(bytes.data() + at);
    const size_t size = head[0] | head[1] << 8 | head[2] << 16 | head[3] << 24;
    const grpc::Slice slice(bytes.data() + at + 4, size);
    requests.emplace_back(&slice, 1);
    at += 4 + size;
  }
  return requests;
}

std::shared_ptr<grpc::Channel> Connect(const Options& options) {
  const grpc::SslCredentialsOptions tls = {
      ReadAll(options.pki + "/ca.crt"),
      ReadAll(absl::StrCat(options.pki, "/", options.system, ".key")),
      ReadAll(absl::StrCat(options.pki, "/", options.system, ".crt"))};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(options.server + ".shian.internal");
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), arguments);
}

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), requests_(ReadRequests(options.requests)), left_(options.calls) {
    for (int i = 0; i < options.connections; ++i) {
      auto channel = Connect(options);
      channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(5));
      stubs_.push_back(std::make_unique<grpc::GenericStub>(std::move(channel)));
    }
  }

  void Run() {
    const Stopwatch watch;
    for (int i = 0; i < options_.in_flight; ++i) Next();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Load::Done));
    Print({{"rate", options_.calls / watch.Seconds()},
           {"p50_us", Percentile(micros_, 0.5)},
           {"p99_us", Percentile(micros_, 0.99)},
           {"shed", shed_.load()},
           {"failed", failed_}});
    if (!first_failure_.empty()) std::fprintf(stderr, "%s\n", first_failure_.c_str());
  }

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    absl::Time begun;
    int number = 0;
  };

  bool Done() const { return static_cast<int>(micros_.size()) == options_.calls; }

  void Next() {
    const int number = options_.calls - left_.fetch_sub(1);
    if (number < options_.calls) Send(number);
  }

  void Send(int number) {
    auto* const call = new Call;
    call->number = number;
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!options_.token.empty()) {
      call->context.AddMetadata("authorization", "Bearer " + options_.token);
    }
    call->begun = absl::Now();
    stubs_[number % stubs_.size()]->UnaryCall(
        &call->context, options_.method, {}, &requests_[number % requests_.size()], &call->response,
        [this, call](const grpc::Status& status) { Finish(call, status); });
  }

  void Finish(Call* call, const grpc::Status& status) {
    const double took = absl::ToDoubleMicroseconds(absl::Now() - call->begun);
    const int number = call->number;
    delete call;
    // As any caller that is told to come back; a server that is gone is another matter.
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE && ++shed_ <= options_.calls) {
      return Send(number);
    }
    Next();
    absl::MutexLock lock(&mutex_);
    micros_.push_back(took);
    if (status.ok()) return;
    ++failed_;
    if (first_failure_.empty()) first_failure_ = status.error_message();
  }

  const Options options_;
  const std::vector<grpc::ByteBuffer> requests_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::atomic<int> left_;
  absl::Mutex mutex_;
  std::vector<double> micros_;
  double failed_ = 0;
  std::atomic<int> shed_ = 0;
  std::string first_failure_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Keeps unary calls in flight.");
  app.add_option("--address", options.address)->required();
  app.add_option("--pki", options.pki)->required();
  app.add_option("--system", options.system)->required();
  app.add_option("--server", options.server)->required();
  app.add_option("--method", options.method)->required();
  app.add_option("--requests", options.requests)->required();
  app.add_option("--calls", options.calls)->required();
  app.add_option("--in-flight", options.in_flight);
  app.add_option("--connections", options.connections);
  app.add_option("--token", options.token);
  CLI11_PARSE(app, argc, argv);
  Load(options).Run();
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
