#include "libs/ledger/consumer.h"

#include <catch2/catch.hpp>

#include "libs/errors/errors.h"
#include "libs/ledger/test_logs.h"
#include "libs/store/fact_table.h"

namespace shian::ledger {
namespace {

using errors::Reason;
using store::Values;

constexpr char kType[] = "shian.test.thing.happened";

store::Schema EffectSchema() {
  return store::Schema(2, {{"test", 1, "0001_effects",
                            "CREATE TABLE effect (sequence INT64 NOT NULL, payload TEXT NOT NULL, "
                            "digest BYTES NOT NULL, PRIMARY KEY (sequence));"}});
}

const store::FactTable& Effects() {
  static const auto* table = new store::FactTable("effect", {"sequence", "payload"}, 1);
  return *table;
}

// A producer, a consumer and what passes between them. Every effect is an insert, so a change that
// took effect twice would fail.
struct World {
  World() : consumer(*to, "reactions", "shian.test/410902", Reactions()) {}

  std::map<std::string, Reaction> Reactions() {
    return {{kType, [this](store::WriteTx& tx, const ReceivedChange& change) -> absl::Status {
               if (change.sequence == poison) return absl::UnavailableError("not now");
               return Effects().Insert(tx, Values(change.sequence, change.payload));
             }}};
  }
  FeedBatch Next(int count = 0) {
    FeedQuery query;
    query.cursor = *consumer.Cursor();
    query.entries_max = count;
    return *Ask<FeedBatch>(from, [&](store::ReadTx& tx) { return ReadFeed(tx, query); });
  }
  std::vector<int64_t> Applied() {
    std::vector<int64_t> out;
    to.Read([&](store::ReadTx& tx) {
        return Effects().ForEach(tx, {"ORDER BY sequence"}, {}, [&](const store::Row& row) {
          out.push_back(row.Int(0));
          return absl::OkStatus();
        });
      }).IgnoreError();
    return out;
  }

  store::TemporaryStore from;
  store::TemporaryStore to{EffectSchema()};
  int64_t poison = 0;
  Consumer consumer;
};

TEST_CASE("each change takes effect once, however often it is delivered") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 5).ok());
  const FeedBatch first = world.Next(3);
  REQUIRE(world.consumer.Apply(first, kNow).ok());
  CHECK(world.consumer.Apply(first, kNow).ok());
  REQUIRE(world.consumer.Apply(world.Next(), kNow).ok());
  CHECK(world.consumer.Apply(first, kNow).ok());
  CHECK(world.Applied() == std::vector<int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("a gap is refused and moves nothing") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 6).ok());
  FeedBatch first = world.Next(2);
  REQUIRE(world.consumer.Apply(first, kNow).ok());
  FeedBatch second = world.Next(2);
  FeedQuery query;
  query.cursor = second.cursor;
  const FeedBatch third =
      *Ask<FeedBatch>(world.from, [&](store::ReadTx& tx) { return ReadFeed(tx, query); });
  CHECK(errors::ReasonOf(world.consumer.Apply(third, kNow)) == Reason::kFeedGap);
  std::swap(second.entries[0], second.entries[1]);
  CHECK(errors::ReasonOf(world.consumer.Apply(second, kNow)) == Reason::kFeedGap);
  CHECK(world.Applied() == std::vector<int64_t>{1, 2});
  world.consumer.Apply(world.Next(), kNow).IgnoreError();
  CHECK(world.Applied().size() == 6);
}

TEST_CASE("a payload that its leaf does not commit to is refused") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 2).ok());
  FeedBatch batch = world.Next();
  SECTION("another payload") { batch.entries[0].change.payload += "!"; }
  SECTION("another salt") { batch.entries[0].salt[0] ^= 1; }
  CHECK(absl::IsDataLoss(world.consumer.Apply(batch, kNow)));
  CHECK(world.Applied().empty());
  CHECK(world.consumer.Cursor()->empty());
}

TEST_CASE("a failing reaction stops at its change and is tried again") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 5).ok());
  world.poison = 3;
  CHECK(absl::IsUnavailable(world.consumer.Apply(world.Next(), kNow)));
  CHECK(world.Applied() == std::vector<int64_t>{1, 2});
  world.poison = 0;
  REQUIRE(world.consumer.Apply(world.Next(), kNow).ok());
  CHECK(world.Applied() == std::vector<int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("erased changes and unknown types are passed over") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 3).ok());
  REQUIRE(AppendTo(world.from, {SomeChange(Log::kFacts, "x", "y", "shian.test.other")}).ok());
  REQUIRE(world.from
              .Write(kNow,
                     [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                       const absl::Status erased = EraseSubject(tx, "operators/1");
                       if (!erased.ok()) return erased;
                       return "";
                     })
              .ok());
  REQUIRE(world.consumer.Apply(world.Next(), kNow).ok());
  CHECK(world.Applied() == std::vector<int64_t>{1, 3});
  CHECK(world.Next().position == 4);
}

TEST_CASE("the cursor outlives a restart") {
  World world;
  REQUIRE(AppendMany(world.from, Log::kFacts, 2).ok());
  REQUIRE(world.consumer.Apply(world.Next(), kNow).ok());
  world.to.Reopen();
  Consumer again(*world.to, "reactions", "shian.test/410902", world.Reactions());
  REQUIRE(AppendMany(world.from, Log::kFacts, 1).ok());
  FeedQuery query;
  query.cursor = *again.Cursor();
  const auto rest =
      Ask<FeedBatch>(world.from, [&](store::ReadTx& tx) { return ReadFeed(tx, query); });
  REQUIRE(again.Apply(*rest, kNow).ok());
  CHECK(world.Applied() == std::vector<int64_t>{1, 2, 3});
}

}  // namespace
}  // namespace shian::ledger
