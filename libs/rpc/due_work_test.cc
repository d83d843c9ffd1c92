#include "libs/rpc/due_work.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "absl/time/clock.h"
#include "libs/rpc/limits.h"
#include "libs/store/testing.h"

namespace shian::rpc {
namespace {

TEST_CASE("who does not lead does its own work and nothing that is due") {
  store::TemporaryStore store;
  DueWork work(*store, SystemClock(), nullptr, [] { return false; });
  std::atomic<int> due = 0, own = 0;
  work.Add([&](absl::Time) { return ++due, absl::OkStatus(); });
  work.AddOwn([&](absl::Time) { return ++own, absl::OkStatus(); });
  work.Start();
  const absl::Time patience = absl::Now() + 4 * limits::kDueWorkPause;
  while (own == 0 && absl::Now() < patience) absl::SleepFor(absl::Milliseconds(50));
  work.Stop();
  CHECK(own > 0);
  CHECK(due == 0);
  const int before = own;
  REQUIRE(work.RunOwn().ok());  // what a process does before it ends
  CHECK(own == before + 1);
}

TEST_CASE("work that fails is counted and keeps no other from being done") {
  store::TemporaryStore store;
  DueWork work(*store, SystemClock(), nullptr, [] { return true; });
  std::atomic<int> due = 0;
  work.Add([](absl::Time) { return absl::UnavailableError("away"); });
  work.Add([&](absl::Time) { return ++due, absl::OkStatus(); });
  work.Start();  // does at once what fell due before
  work.Stop();
  CHECK(due > 0);
  CHECK(work.failures() > 0);
}

}  // namespace
}  // namespace shian::rpc
