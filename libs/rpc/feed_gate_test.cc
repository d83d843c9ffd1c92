#include "libs/rpc/feed_gate.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

namespace shian::rpc {
namespace {

// How long it takes to pass.
absl::Duration Pass(FeedGate& gate) {
  const absl::Time began = absl::Now();
  gate.Enter();
  gate.Leave();
  return absl::Now() - began;
}

}  // namespace

TEST_CASE("a closed gate keeps followers out until it is opened, or its time is over") {
  FeedGate gate;
  CHECK(Pass(gate) < absl::Seconds(1));
  REQUIRE(gate.Close(absl::Now() + absl::Seconds(60)));
  std::atomic<bool> passed{false};
  std::thread follower([&] {
    Pass(gate);
    passed = true;
  });
  absl::SleepFor(absl::Milliseconds(100));
  CHECK_FALSE(passed);
  gate.Open();
  follower.join();
  REQUIRE(gate.Close(absl::Now() + absl::Milliseconds(100)));
  CHECK(Pass(gate) >= absl::Milliseconds(80));
  gate.Open();
  CHECK(Pass(gate) < absl::Seconds(1));
}

TEST_CASE("closing waits for whoever is inside, but not for ever") {
  FeedGate gate;
  gate.Enter();
  CHECK_FALSE(gate.Close(absl::Now() + absl::Milliseconds(50)));
  std::thread follower([&] {
    absl::SleepFor(absl::Milliseconds(100));
    gate.Leave();
  });
  const absl::Time began = absl::Now();
  CHECK(gate.Close(absl::Now() + absl::Seconds(60)));
  CHECK(absl::Now() - began >= absl::Milliseconds(80));
  follower.join();
  gate.Open();
  gate.Open();
}

TEST_CASE("of two holders the later one counts, also for who waits already") {
  FeedGate gate;
  REQUIRE(gate.Close(absl::Now() + absl::Milliseconds(100)));
  std::atomic<bool> passed{false};
  std::thread follower([&] {
    Pass(gate);
    passed = true;
  });
  REQUIRE(gate.Close(absl::Now() + absl::Seconds(60)));
  absl::SleepFor(absl::Milliseconds(300));
  CHECK_FALSE(passed);
  gate.Open();
  gate.Open();
  follower.join();
}

}  // namespace shian::rpc
