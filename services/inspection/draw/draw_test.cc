#include "services/inspection/draw/draw.h"

#include <catch2/catch.hpp>

#include "embedded/inspection_schema.h"
#include "libs/base/hash.h"
#include "libs/errors/errors.h"
#include "libs/store/testing.h"
#include "services/inspection/draw/store.h"
#include "services/inspection/frame/archive.h"
#include "services/inspection/frame/store.h"

namespace shian::inspection::draw {
namespace {

using errors::Reason;
using errors::ReasonOf;

const absl::Time kNow = StartOfDay(Date(2025, 3, 3)) + absl::Hours(9);

Draw MakeOpen() {
  Draw draw;
  draw.id = MakeDrawId("410902-market", 2025, 1);
  draw.plan = {"双随机", "410902", {{"all", {}, {}, "", 2}}, 2, 5};
  draw.create_time = kNow;
  return draw;
}

void Commit(Draw& draw, const std::string& department) {
  const std::string secret = Sha256(department);
  draw.shares.push_back({{department, Sha256(secret), ""}, kNow, {}});
}

Draw MakeLocked() {
  Draw draw = MakeOpen();
  for (const char* one : {"a", "b", "c"}) Commit(draw, one);
  LockFacts facts;
  facts.time = kNow;
  facts.public_time = kNow + absl::Hours(24);
  facts.reveal_due = kNow + absl::Hours(20);
  draw.lock = facts;
  return draw;
}

TEST_CASE("a share is committed once, by a department, in its own words, before the lock") {
  Draw draw = MakeOpen();
  CHECK(CheckCommit(draw, "finance", Sha256("1")).ok());
  CHECK(ReasonOf(CheckCommit(draw, "", Sha256("1"))) == Reason::kDrawShareNoDepartment);
  Commit(draw, "finance");
  CHECK(ReasonOf(CheckCommit(draw, "finance", Sha256("2"))) == Reason::kDrawShareCommitted);
  CHECK(ReasonOf(CheckCommit(draw, "education", draw.shares[0].share.commitment)) ==
        Reason::kDrawShareCopied);
  CHECK(ReasonOf(CheckCommit(MakeLocked(), "education", Sha256("2"))) == Reason::kDrawNotOpen);
}

TEST_CASE("a lock needs its shares, big enough frames that do not overlap, and a roster") {
  Draw draw = MakeOpen();
  Commit(draw, "a");
  CHECK(ReasonOf(CheckLock(draw, 3)) == Reason::kDrawSharesTooFew);
  Commit(draw, "b");
  Commit(draw, "c");
  CHECK(CheckLock(draw, 3).ok());
  CHECK(ReasonOf(CheckLock(MakeLocked(), 3)) == Reason::kDrawNotOpen);

  const std::vector<std::string> roster = {"i1", "i2"};
  CHECK(CheckFrames(draw, {{"all", 2, {"1", "2", "3"}}}, roster).ok());
  CHECK(ReasonOf(CheckFrames(draw, {{"all", 2, {"1"}}}, roster)) == Reason::kDrawFrameTooSmall);
  CHECK(ReasonOf(CheckFrames(draw, {{"x", 1, {"1"}}, {"y", 1, {"1"}}}, roster)) ==
        Reason::kDrawStrataOverlap);
  CHECK(ReasonOf(CheckFrames(draw, {{"all", 2, {"1", "2"}}}, {"i1"})) ==
        Reason::kDrawRosterTooSmall);
}

TEST_CASE("a reveal is the committed secret, in time") {
  const Draw draw = MakeLocked();
  CHECK(CheckReveal(draw, "a", Sha256("a"), kNow).ok());
  CHECK(ReasonOf(CheckReveal(draw, "z", Sha256("z"), kNow)) == Reason::kDrawShareMissing);
  CHECK(ReasonOf(CheckReveal(draw, "a", Sha256("b"), kNow)) == Reason::kDrawShareWrong);
  const absl::Time late = draw.lock->reveal_due + absl::Seconds(1);
  CHECK(ReasonOf(CheckReveal(draw, "a", Sha256("a"), late)) == Reason::kDrawRevealLate);
  CHECK(RevealsOverdue(draw, late));
  Draw once = MakeLocked();
  once.shares[0].reveal_time = kNow;
  CHECK(ReasonOf(CheckReveal(once, "a", Sha256("a"), kNow)) == Reason::kDrawShareRevealed);
  CHECK(RevealsOverdue(once, late));
  // With every share revealed it waits for the public string, however long.
  for (DatedShare& one : once.shares) one.reveal_time = kNow;
  CHECK_FALSE(RevealsOverdue(once, late + absl::Hours(100)));
  CHECK(ReasonOf(CheckReveal(MakeOpen(), "a", Sha256("a"), kNow)) == Reason::kDrawNotLocked);
}

TEST_CASE("a draw is executed with every secret and not before the public string") {
  Draw draw = MakeLocked();
  const absl::Time later = draw.lock->public_time;
  CHECK(ReasonOf(CheckExecute(draw, later)) == Reason::kDrawRevealsMissing);
  for (DatedShare& one : draw.shares) one.reveal_time = kNow;
  CHECK(ReasonOf(CheckExecute(draw, later - absl::Seconds(1))) == Reason::kDrawPublicEarly);
  CHECK(CheckExecute(draw, later).ok());
  CHECK(ReasonOf(CheckExecute(MakeOpen(), later)) == Reason::kDrawNotLocked);
}

TEST_CASE("what ended stays as it is, and only the drawn are replaced") {
  Draw draw = MakeLocked();
  CHECK(CheckAbandon(draw).ok());
  draw.abandon_time = kNow;
  CHECK(StateOf(draw) == State::kAbandoned);
  CHECK(ReasonOf(CheckAbandon(draw)) == Reason::kDrawEnded);

  Draw executed = MakeLocked();
  CHECK(ReasonOf(CheckReplace(executed, "1")) == Reason::kDrawNotExecuted);
  executed.execution = Execution{kNow, "x", "y"};
  executed.picked = {{.operator_id = "1"}, {.operator_id = "2", .replaced = true}};
  CHECK(CheckReplace(executed, "1").ok());
  CHECK(ReasonOf(CheckReplace(executed, "2")) == Reason::kDrawNotSelected);
  CHECK(ReasonOf(CheckReplace(executed, "3")) == Reason::kDrawNotSelected);
}

// A draw with one act an hour, from its plan at kNow to the replacement nine hours later.
Draw MakeWhole() {
  const auto at = [](int hour) { return kNow + absl::Hours(hour); };
  Draw draw = MakeOpen();
  draw.shares = {{{"a", "ca", "sa"}, at(1), at(5)}, {{"b", "cb", "sb"}, at(2), at(6)}};
  draw.recusals = {{{"1", "i1"}, "kin", at(3)}, {{"2", "i2"}, "", at(4)}};  // the roster's
  draw.lock.emplace().time = at(4);
  draw.lock->reveal_due = at(6);
  draw.lock->public_time = at(7);
  draw.execution = Execution{at(8), "3 8 6", "seed"};
  draw.picked = {
      {.operator_id = "1", .replaced = true}, {.operator_id = "2"}, {.operator_id = "3"}};
  draw.replacements = {{"1", "CEASED", at(9)}};
  draw.steps = {{"creation", "p", at(0)},
                {"recusal", "p", at(3)},
                {"lock", "q", at(4)},
                {"execution", "p", at(8)},
                {"replacement", "p", at(9)}};
  draw.version = 9;
  return draw;
}

TEST_CASE("the past of a draw follows from its dated acts, one version an act") {
  const auto as_of = [](int hour) {
    return *AsOf(MakeWhole(), kNow + absl::Hours(hour), absl::InfiniteFuture());
  };
  CHECK_FALSE(AsOf(MakeWhole(), kNow - absl::Microseconds(1), absl::InfiniteFuture()));
  CHECK(EncodePart(as_of(9)) == EncodePart(MakeWhole()));
  CHECK(as_of(9).version == 9);

  const Draw drawn = as_of(8);
  CHECK(drawn.picked.size() == 2);
  CHECK_FALSE(drawn.picked[0].replaced);
  CHECK(drawn.version == 8);
  CHECK(StateOf(as_of(7)) == State::kLocked);
  CHECK(as_of(7).picked.empty());
  CHECK(as_of(7).shares[1].share.secret == "sb");
  CHECK(as_of(5).shares[0].reveal_time.has_value());
  CHECK(as_of(5).shares[1].share.secret.empty());
  CHECK(as_of(5).version == 6);
  CHECK(as_of(4).recusals.size() == 2);
  CHECK(StateOf(as_of(3)) == State::kOpen);
  CHECK(as_of(3).recusals.size() == 1);
  CHECK(as_of(1).shares.size() == 1);
  CHECK(as_of(0).version == 1);
  // What was not recorded yet is not known, whatever time is asked about.
  CHECK(AsOf(MakeWhole(), absl::InfiniteFuture(), kNow + absl::Hours(4))->version == 5);
}

TEST_CASE("an expiry is dated at its due time and known when it was found") {
  Draw draw = MakeLocked();
  draw.expire_time = draw.lock->reveal_due;
  draw.expire_recorded = draw.lock->reveal_due + absl::Hours(3);
  const auto state = [&](absl::Time as_of, absl::Time known_at) {
    return StateOf(*AsOf(draw, as_of, known_at));
  };
  CHECK(state(*draw.expire_time, absl::InfiniteFuture()) == State::kExpired);
  CHECK(state(*draw.expire_time, *draw.expire_recorded) == State::kExpired);
  CHECK(state(absl::InfiniteFuture(), *draw.expire_time) == State::kLocked);
  CHECK(state(*draw.expire_time - absl::Seconds(1), absl::InfiniteFuture()) == State::kLocked);
}

store::Schema TestSchema() {
  store::Schema schema(1);
  schema.Add("inspection", kMigrations);
  return schema;
}

TEST_CASE("draws are numbered without gaps and read back whole") {
  store::TemporaryStore store{TestSchema()};
  for (int64_t expected = 1; expected <= 3; ++expected) {
    const auto written = store.Write(kNow, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto number = TakeNumber(tx, "410902-market", 2025);
      if (!number.ok()) return number.status();
      Draw draw = MakeLocked();
      draw.id = MakeDrawId("410902-market", 2025, *number);
      draw.lock->sizes = {3};
      draw.lock->roots = {Sha256("r")};
      auto status = PutDraw(tx, draw);
      if (status.ok()) status = PutFrame(tx, draw.id, {{"all", 2, {"1", "2", "3"}}}, {"i1", "i2"});
      if (!status.ok()) return status;
      return draw.id.value();
    });
    REQUIRE(written.ok());
    CHECK(*written == MakeDrawId("410902-market", 2025, expected).value());
  }
  const auto read = store.Read([](store::ReadTx& tx) -> absl::Status {
    const auto draws = ListDraws(tx, {.region = "410900", .limit = 10});
    if (!draws.ok()) return draws.status();
    REQUIRE(draws->size() == 3);
    const auto lock = ReadLock(tx, draws->back());
    if (!lock.ok()) return lock.status();
    CHECK(lock->inspectors == std::vector<std::string>{"i1", "i2"});
    CHECK(lock->strata[0].ids == std::vector<std::string>{"1", "2", "3"});
    CHECK(draws->back().shares.size() == 3);
    const auto overdue = OverdueDraws(tx, kNow + absl::Hours(72));
    CHECK(overdue->size() == 3);
    CHECK(ListDraws(tx, {.region = "410901", .limit = 10})->empty());
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

TEST_CASE("the frame keeps the grade, loses what is erased, and yields sorted strata") {
  store::TemporaryStore store{TestSchema()};
  const auto written = store.Write(kNow, [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    for (const char* id : {"3", "1", "2", "4"}) {
      const auto put = frame::PutUnit(
          tx, {.id = id, .region = "410902", .kind = "CATERER", .title = "店", .trading = true});
      if (!put.ok()) return put;
    }
    auto status = frame::SetGrade(tx, "2", "D");
    if (status.ok()) {
      status =
          frame::PutUnit(tx, {.id = "2", .region = "410902", .kind = "CATERER", .trading = true});
    }
    if (status.ok()) status = frame::EraseUnit(tx, "4");
    if (!status.ok()) return status;
    return "";
  });
  REQUIRE(written.ok());
  const auto read = store.Read([](store::ReadTx& tx) -> absl::Status {
    Plan plan{"t", "410000", {{"d", {}, {"D"}, "", 1}, {"rest", {"CATERER"}, {"UNRATED"}, "", 1}}};
    const auto strata = ReadFrames(tx, plan);
    if (!strata.ok()) return strata.status();
    CHECK((*strata)[0].ids == std::vector<std::string>{"2"});
    CHECK((*strata)[1].ids == std::vector<std::string>{"1", "3"});
    const auto erased = frame::FindUnit(tx, "4");
    CHECK((*erased)->title.empty());
    CHECK(frame::CountTrading(tx, "410902")->size() == 2);
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

}  // namespace
}  // namespace shian::inspection::draw
