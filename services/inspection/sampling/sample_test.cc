#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <vector>

#include "libs/base/testing.h"
#include "services/inspection/sampling/service_testing.h"

namespace shian::inspection::sampling {
namespace {

using errors::Reason;
using errors::ReasonOf;

TEST_CASE("a failed sample goes from plan to closing") {
  World world;
  world.BackupReceived_();
  CHECK(world.state() == State::kReinspection);
  REQUIRE(world
              .Do(Reinspected{World::Report(FailureReason::kVetdrug, "2025-04-03T11:00:00+08:00")},
                  "2025-04-03T15:00:00+08:00")
              .ok());
  CHECK(world.state() == State::kFinal);
  CHECK(world.sample.outcome == Outcome::kFailed);
  REQUIRE(world.Do(ReinspectionServed{"通-2"}, "2025-04-07T10:00:00+08:00").ok());
  REQUIRE(world.Do(DisposalStarted{}, "2025-04-07T10:00:00+08:00").ok());
  REQUIRE(world
              .Do(DisposalFinished{true, "原因", "recalls/1", "", "已处置"},
                  "2025-05-07T10:00:00+08:00")
              .ok());
  CHECK(world.state() == State::kDisposed);
  REQUIRE(world.Do(Published{}, "2025-05-08T10:00:00+08:00").ok());
  REQUIRE(world.Do(Closed{}, "2025-05-09T10:00:00+08:00").ok());
  CHECK(world.state() == State::kClosed);
  for (const Clock& clock : ClocksOf(world.sample, ShippedRules())) {
    CHECK_FALSE(clock.due.explanation_zh.empty());
    CHECK_FALSE(clock.rule.policy_revision.empty());
  }
}

TEST_CASE("clocks are derived from policy and calendar") {
  World world;
  world.Notified_();
  const auto clocks = ClocksOf(world.sample, ShippedRules());
  // 2025-03-18 and 7 working days.
  REQUIRE(Find(clocks, "S9") != nullptr);
  CHECK(Find(clocks, "S9")->due.date == Date(2025, 3, 27));
  CHECK(Find(clocks, "S9")->rule.basis.article == "第八十八条");
  CHECK(Find(clocks, "S3")->done.has_value());
  CHECK(Find(clocks, "S8")->due.date == Date(2025, 3, 24));
  CHECK_FALSE(Find(clocks, "S20")->OverdueAt(At("2025-03-24T23:00:00+08:00")));
  CHECK(Find(clocks, "S20")->OverdueAt(At("2025-03-25T00:00:01+08:00")));
}

TEST_CASE("an unused right lapses and makes the failure final") {
  World world;
  world.Notified_();
  const auto lapses = LapsesAt(world.sample, ShippedRules());
  REQUIRE(lapses.has_value());
  CHECK(ToDate(*lapses) == Date(2025, 3, 27));
  CHECK(ReasonOf(world.Do(Lapsed{}, "2025-03-27T10:00:00+08:00")) == Reason::kSampleState);
  REQUIRE(world.DoAt(Lapsed{}, *lapses).ok());
  CHECK(world.state() == State::kFinal);

  World asked;
  asked.Requested_();
  CHECK_FALSE(LapsesAt(asked.sample, ShippedRules()).has_value());
}

TEST_CASE("no state that waits for someone is without its clock") {
  std::mt19937_64 random(testing::Seed());
  const std::vector<std::function<Act()>> acts = {
      [] { return Act(World::GoodTaking()); },
      [] {
        return Act(Delivered{Carrier::kSampler, "T-1", true});
      },
      [] {
        return Act(Received{true, ""});
      },
      [] { return Act(Reported{World::Report(FailureReason::kVetdrug)}); },
      [] {
        return Act(Notified{"1", {}, {}});
      },
      [] {
        return Act(ReinspectionRequested{"91410902MA1FL00001", "x"});
      },
      [] { return Act(ReinspectionDecided{.accepted = true}); },
      [] {
        return Act(LaboratoryDrawn{"s", {{"lab-c", "1"}}});
      },
      [] {
        return Act(BackupHandedOver{Carrier::kPost, "B-1", true});
      },
      [] { return Act(BackupReceived{true}); },
      [] {
        return Act(ObjectionRaised{ObjectionKind::kMethod, "91410902MA1FL00001", "x"});
      },
      [] {
        return Act(ObjectionAccepted{1, true, ""});
      },
      [] {
        return Act(ObjectionDecided{1, false, "x"});
      },
      [] { return Act(DisposalStarted{}); },
      [] {
        return Act(DisposalFinished{true, "a", "b", "", "c"});
      }};
  for (int round = 0; round < 200; ++round) {
    World world;
    absl::Time now = kPlanned;
    for (int step = 0; step < 60; ++step) {
      now += absl::Minutes(1 + static_cast<int64_t>(random() % 600));
      Act act = acts[random() % acts.size()]();
      if (auto* reported = std::get_if<Reported>(&act)) reported->report.conclusion_time = now;
      if (!world.DoAt(std::move(act), now).ok()) continue;
      const State state = world.state();
      if (state == State::kPlanned) continue;
      bool waiting = false;
      for (const Clock& clock : ClocksOf(world.sample, ShippedRules())) {
        waiting = waiting || (clock.use != ClockUse::kKeeping && !clock.done);
      }
      INFO(WordOf(state));
      CHECK(waiting);
      CHECK(Fold(world.sample.id, world.sample.acts).outcome == world.sample.outcome);
    }
  }
}

}  // namespace
}  // namespace shian::inspection::sampling
