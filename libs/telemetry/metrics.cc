#include "libs/telemetry/metrics.h"

#include <netdb.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <exception>
#include <map>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/telemetry/limits.h"

namespace shian::telemetry {
namespace {

constexpr std::array<const char*, 17> kCodes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};
constexpr absl::Duration kKnockPause = absl::Milliseconds(10);
constexpr std::array<const char*, 4> kGates = {"in_flight", "writer_queue", "caller", "pool"};

// Chosen round the objectives: reads within 10 ms, writes within 100 ms.
const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

class PrometheusMethod final : public MethodMetrics {
 public:
  PrometheusMethod(prometheus::Family<prometheus::Counter>& handled,
                   prometheus::Family<prometheus::Histogram>& seconds, prometheus::Gauge& in_flight,
                   const prometheus::Labels& labels)
      : seconds_(seconds.Add(labels, kSeconds)), in_flight_(in_flight) {
    for (size_t code = 0; code < kCodes.size(); ++code) {
      prometheus::Labels with_code = labels;
      with_code["grpc_code"] = kCodes[code];
      handled_[code] = &handled.Add(with_code);
    }
  }

  void Started() override { in_flight_.Increment(); }
  void Handled(int code, absl::Duration latency) override {
    in_flight_.Decrement();
    handled_[static_cast<size_t>(code) < kCodes.size() ? code : 2]->Increment();
    seconds_.Observe(absl::ToDoubleSeconds(latency));
  }

 private:
  std::array<prometheus::Counter*, kCodes.size()> handled_;
  prometheus::Histogram& seconds_;
  prometheus::Gauge& in_flight_;
};

// Values that others own, asked for at scrape time.
class Hooks final : public prometheus::Collectable {
 public:
  void Add(prometheus::MetricType type, const std::string& name, const std::string& help,
           const Telemetry::Labels& labels, std::function<double()> value) {
    absl::MutexLock lock(&mutex_);
    Family& family = families_[name];
    family.type = type;
    family.help = help;
    family.series.push_back({labels, std::move(value)});
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    absl::MutexLock lock(&mutex_);
    std::vector<prometheus::MetricFamily> out;
    for (const auto& [name, family] : families_) {
      prometheus::MetricFamily& made = out.emplace_back();
      made.name = name;
      made.help = family.help;
      made.type = family.type;
      for (const Series& series : family.series) made.metric.push_back(Sample(family, series));
    }
    return out;
  }

 private:
  struct Series {
    Telemetry::Labels labels;
    std::function<double()> value;
  };
  struct Family {
    prometheus::MetricType type;
    std::string help;
    std::vector<Series> series;
  };

  static prometheus::ClientMetric Sample(const Family& family, const Series& series) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : series.labels) metric.label.push_back({name, value});
    if (family.type == prometheus::MetricType::Counter) {
      metric.counter.value = series.value();
    } else {
      metric.gauge.value = series.value();
    }
    return metric;
  }

  mutable absl::Mutex mutex_;
  std::map<std::string, Family> families_ ABSL_GUARDED_BY(mutex_);
};

// Connects to "127.0.0.1:9100" and goes away, so that who listens there looks up.
void Knock(const std::string& address) {
  const size_t colon = address.rfind(':');
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (colon == std::string::npos ||
      getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints,
                  &found)) {
    return;
  }
  const int socket_number = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_number >= 0) {
    connect(socket_number, found->ai_addr, found->ai_addrlen);
    close(socket_number);
  }
  freeaddrinfo(found);
}

}  // namespace

struct Telemetry::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::shared_ptr<Hooks> hooks = std::make_shared<Hooks>();
  prometheus::Family<prometheus::Counter>* handled;
  prometheus::Family<prometheus::Histogram>* seconds;
  prometheus::Gauge* in_flight;
  std::array<prometheus::Counter*, kGates.size()> shed;
  std::vector<std::unique_ptr<PrometheusMethod>> methods;
  std::unique_ptr<prometheus::Exposer> exposer;
  std::string address;  // "127.0.0.1:9100"
};

Telemetry::Telemetry(absl::string_view service, absl::string_view version)
    : state_(std::make_unique<State>()) {
  prometheus::Registry& registry = *state_->registry;
  state_->handled = &prometheus::BuildCounter()
                         .Name("grpc_server_handled_total")
                         .Help("RPCs that were answered, by gRPC status code.")
                         .Register(registry);
  state_->seconds = &prometheus::BuildHistogram()
                         .Name("grpc_server_handling_seconds")
                         .Help("Time from the handler's start to its answer.")
                         .Register(registry);
  state_->in_flight = &prometheus::BuildGauge()
                           .Name("grpc_server_in_flight")
                           .Help("RPCs that are being handled.")
                           .Register(registry)
                           .Add({});
  auto& shed = prometheus::BuildCounter()
                   .Name("shian_shed_total")
                   .Help("RPCs turned away before any work, by the gate that did.")
                   .Register(registry);
  for (size_t i = 0; i < kGates.size(); ++i) state_->shed[i] = &shed.Add({{"gate", kGates[i]}});
  prometheus::BuildGauge()
      .Name("shian_build_info")
      .Help("Always 1; the labels say what runs.")
      .Register(registry)
      .Add({{"service", std::string(service)}, {"version", std::string(version)}})
      .Set(1);
}

Telemetry::~Telemetry() = default;

MethodMetrics* Telemetry::AddMethod(const std::string& service, const std::string& method) {
  const prometheus::Labels labels = {{"grpc_service", service}, {"grpc_method", method}};
  state_->methods.push_back(std::make_unique<PrometheusMethod>(*state_->handled, *state_->seconds,
                                                               *state_->in_flight, labels));
  return state_->methods.back().get();
}

void Telemetry::CountShed(Gate gate) { state_->shed[static_cast<size_t>(gate)]->Increment(); }

void Telemetry::AddGauge(const std::string& name, const std::string& help, const Labels& labels,
                         std::function<double()> value) {
  state_->hooks->Add(prometheus::MetricType::Gauge, name, help, labels, std::move(value));
}

void Telemetry::AddCounter(const std::string& name, const std::string& help, const Labels& labels,
                           std::function<double()> value) {
  state_->hooks->Add(prometheus::MetricType::Counter, name, help, labels, std::move(value));
}

absl::Status Telemetry::Expose(const std::string& address) {
  // civetweb reports a port it cannot have by an exception.
  try {
    state_->exposer = std::make_unique<prometheus::Exposer>(std::vector<std::string>{
        "listening_ports", address, "num_threads", absl::StrCat(kScrapeThreads),
        "enable_keep_alive", "yes", "keep_alive_timeout_ms", absl::StrCat(kScrapeKeepAliveMs)});
  } catch (const std::exception& error) {
    return absl::UnavailableError(
        absl::StrCat("metrics cannot be served at ", address, ": ", error.what()));
  }
  state_->address = address;
  state_->exposer->RegisterCollectable(state_->registry);
  state_->exposer->RegisterCollectable(state_->hooks);
  return absl::OkStatus();
}

void Telemetry::StopExposing() {
  if (state_->exposer == nullptr) return;
  std::atomic<bool> stopped = false;
  std::thread stopping([this, &stopped] {
    state_->exposer.reset();
    stopped = true;
  });
  // civetweb looks whether it is to stop every other second, and whenever someone connects.
  while (!stopped) {
    Knock(state_->address);
    absl::SleepFor(kKnockPause);
  }
  stopping.join();
}

std::string Telemetry::Text() const {
  std::vector<prometheus::MetricFamily> families = state_->registry->Collect();
  for (auto& family : state_->hooks->Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace shian::telemetry
