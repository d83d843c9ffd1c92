#include "libs/policy/ladder.h"

#include <catch2/catch.hpp>

#include "embedded/policy_schema.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/calendar/testing.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"

namespace shian::policy {
namespace {

TEST_CASE("the shipped tables have ladders; a table without one, or none in force, has no rungs") {
  store::TemporaryStore store(store::Schema(1).Add("policy", kMigrations));
  REQUIRE(ActivateFolder(*store, *ParseTime("2025-03-03T09:00:00+08:00")).ok());
  Policies policies;
  const auto posts = [&](const char* key, Date on) {
    std::string found;
    const absl::Status status = store.Read([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const Ladder ladder, LadderInForce(tx, policies, key, on));
      REQUIRE(ladder.revision.empty() == (on < Date(2021, 7, 15)));
      for (const Rung& rung : ladder.rungs) found += rung.post + " ";
      return absl::OkStatus();
    });
    INFO(status);
    REQUIRE(status.ok());
    return found;
  };
  REQUIRE(posts("penalty.decision", Date(2025, 6, 1)) == "handler section-chief deputy-head ");
  REQUIRE(posts("penalty.decision", Date(2001, 1, 1)).empty());
  REQUIRE(posts("screening.same_party", Date(2025, 6, 1)).empty());
}

TEST_CASE("a rung is reached with the end of the period, or working days after it") {
  const calendar::Calendar calendar = calendar::testing::OfficialCalendar();
  const absl::Time due = EndOfDay(Date(2025, 9, 30));
  const calendar::Budget at_once = {0, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend};
  const calendar::Budget later = {2, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend};
  REQUIRE(ReachedAt({at_once, "handler"}, calendar, due) == due);
  // The national holiday lies between; the eleventh is worked instead.
  REQUIRE(ReachedAt({later, "head"}, calendar, due) == EndOfDay(Date(2025, 10, 10)));
  REQUIRE(ReachedAt({later, "head"}, calendar, EndOfDay(Date(2027, 3, 1))) ==
          absl::InfiniteFuture());
}

}  // namespace
}  // namespace shian::policy
