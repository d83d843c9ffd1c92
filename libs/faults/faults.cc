#include "libs/faults/faults.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/faults/limits.h"

namespace shian::faults {
namespace {

enum class Act { kKill, kSleep, kError };

struct Order {
  Act act = Act::kKill;
  absl::Duration sleep;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  int64_t number = 1;
  enum class When { kOnce, kFrom, kEvery } when = When::kFrom;

  bool IsDue(int64_t pass) const {
    if (when == When::kEvery) return pass % number == 0;
    return when == When::kOnce ? pass == number : pass >= number;
  }
};

using Orders = std::map<std::string, Order, std::less<>>;

struct Armed {
  absl::Mutex mutex;
  Orders orders ABSL_GUARDED_BY(mutex);
  std::map<std::string, int64_t, std::less<>> passes ABSL_GUARDED_BY(mutex);
};

// Never destroyed: threads may pass a point while the process ends.
Armed& TheArmed() {
  static Armed* const armed = new Armed;
  return *armed;
}

absl::Status Wrong(absl::string_view part) {
  return absl::InvalidArgumentError(absl::StrCat("SHIAN_FAULTS: cannot read \"", part, "\""));
}

bool IsKnown(absl::string_view name) {
  for (const char* point : internal::kPoints) {
    if (name == point) return true;
  }
  return false;
}

std::optional<absl::StatusCode> CodeFrom(absl::string_view word) {
  for (int code = 1; code <= 16; ++code) {
    const auto candidate = static_cast<absl::StatusCode>(code);
    if (absl::StatusCodeToString(candidate) == word) return candidate;
  }
  return std::nullopt;
}

// "3", "3+" or "3*" after the @.
bool ReadPass(absl::string_view text, Order* order) {
  order->when = absl::ConsumeSuffix(&text, "+")   ? Order::When::kFrom
                : absl::ConsumeSuffix(&text, "*") ? Order::When::kEvery
                                                  : Order::When::kOnce;
  return absl::SimpleAtoi(text, &order->number) && order->number >= 1;
}

bool ReadAct(absl::string_view text, Order* order) {
  if (text == "kill") return true;
  if (absl::ConsumePrefix(&text, "sleep:")) {
    order->act = Act::kSleep;
    return absl::ParseDuration(text, &order->sleep) && order->sleep >= absl::ZeroDuration() &&
           order->sleep <= limits::kSleepMax;
  }
  if (!absl::ConsumePrefix(&text, "error")) return false;
  order->act = Act::kError;
  if (text.empty()) return true;
  const auto code = absl::ConsumePrefix(&text, ":") ? CodeFrom(text) : std::nullopt;
  order->code = code.value_or(order->code);
  return code.has_value();
}

absl::StatusOr<Orders> ReadSpec(absl::string_view spec) {
  if (spec.size() > limits::kSpecBytesMax) return Wrong("too long");
  Orders orders;
  for (const absl::string_view part : absl::StrSplit(spec, ',', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> sides =
        absl::StrSplit(absl::StripAsciiWhitespace(part), absl::MaxSplits('=', 1));
    const std::pair<absl::string_view, absl::string_view> act =
        absl::StrSplit(sides.second, absl::MaxSplits('@', 1));
    Order order;
    const bool has_pass = absl::StrContains(sides.second, "@");
    const bool good = IsKnown(sides.first) && ReadAct(act.first, &order) &&
                      (!has_pass || ReadPass(act.second, &order));
    if (!good || !orders.emplace(sides.first, order).second) return Wrong(part);
  }
  return orders;
}

void Install(Orders orders) {
  Armed& armed = TheArmed();
  absl::MutexLock lock(&armed.mutex);
  const bool any = !orders.empty();
  armed.orders = std::move(orders);
  armed.passes.clear();
  internal::state.store(any ? internal::State::kArmed : internal::State::kOff,
                        std::memory_order_relaxed);
}

void ArmFromEnvironment() {
  const char* spec = std::getenv("SHIAN_FAULTS");
  auto orders = ReadSpec(spec ? spec : "");
  CHECK_OK(orders);
  if (!orders->empty()) std::fprintf(stderr, "failpoints armed: %s\n", spec);
  Install(*std::move(orders));
}

std::optional<Order> DueAt(const char* point) {
  Armed& armed = TheArmed();
  absl::MutexLock lock(&armed.mutex);
  const int64_t pass = ++armed.passes[point];
  const auto order = armed.orders.find(point);
  if (order == armed.orders.end() || !order->second.IsDue(pass)) return std::nullopt;
  return order->second;
}

}  // namespace

namespace internal {

absl::Status Pass(const char* point) {
  static const bool read = [] {
    // A test that armed by hand before the first pass keeps what it armed.
    if (state.load() == State::kUnread) ArmFromEnvironment();
    return true;
  }();
  if (!read || state.load(std::memory_order_relaxed) == State::kOff) return absl::OkStatus();
  const auto order = DueAt(point);
  if (!order) return absl::OkStatus();
  switch (order->act) {
    case Act::kKill:
      kill(getpid(), SIGKILL);
      absl::SleepFor(absl::InfiniteDuration());  // the signal may reach this thread a little later
      break;
    case Act::kSleep:
      absl::SleepFor(order->sleep);
      break;
    case Act::kError:
      return absl::Status(order->code, absl::StrCat("ordered at failpoint ", point));
  }
  return absl::OkStatus();
}

}  // namespace internal

absl::Status Arm(absl::string_view spec) {
  ASSIGN_OR_RETURN(Orders orders, ReadSpec(spec));
  Install(std::move(orders));
  return absl::OkStatus();
}

int64_t PassesOf(absl::string_view point) {
  Armed& armed = TheArmed();
  absl::MutexLock lock(&armed.mutex);
  const auto passes = armed.passes.find(point);
  return passes == armed.passes.end() ? 0 : passes->second;
}

std::vector<absl::string_view> Points() {
  return {std::begin(internal::kPoints), std::end(internal::kPoints)};
}

void HitWithoutStatus(const char* point) {
  const absl::Status ordered = Hit(point);
  CHECK(ordered.ok()) << "an error is ordered at " << point << ", which returns none";
}

}  // namespace shian::faults
