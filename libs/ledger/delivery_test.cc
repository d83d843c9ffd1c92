// A feed that cuts, repeats, stalls, swaps and reorders what it carries: whoever follows it ends
// where one ends that got every batch once and in order.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <deque>
#include <memory>
#include <random>

#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/testing.h"
#include "libs/errors/errors.h"
#include "libs/ledger/consumer.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/test_logs.h"
#include "libs/store/fact_table.h"
#include "libs/store/sqlite.h"

namespace shian::ledger {
namespace {

using errors::Reason;
using store::Values;

constexpr char kType[] = "shian.test.thing.happened";
constexpr char kOrigin[] = "shian.test/410902";
constexpr int kChanges = 100'000;
constexpr int kAppended = 500;   // in one write
constexpr size_t kUnderway = 6;  // batches sent and not yet delivered

const store::FactTable& Effects() {
  static const auto* table = new store::FactTable("effect", {"sequence", "payload"}, 1);
  return *table;
}

// An insert fails when a change takes effect twice; here it fails out of order, too.
absl::Status TakeEffect(store::WriteTx& tx, const ReceivedChange& change) {
  const auto last = tx.QueryOne({"SELECT max(sequence) FROM effect"}, {});
  if (!last.ok()) return last.status();
  if (change.sequence != ((*last)->IsNull(0) ? 0 : (*last)->Int(0)) + 1) {
    return absl::InternalError("out of order");
  }
  return Effects().Insert(tx, Values(change.sequence, change.payload));
}

// A store that runs each write once: a hundred thousand changes should take seconds.
class QuickStore {
 public:
  QuickStore() {
    store::SqliteOptions options;
    options.path = folder_.path() + "/store.db";
    options.origin = kOrigin;
    options.synchronous = store::Synchronous::kOff;
    options.schema =
        store::Schema(2, {{"test", 1, "0001_effects",
                           "CREATE TABLE effect (sequence INT64 NOT NULL, payload TEXT NOT NULL, "
                           "digest BYTES NOT NULL, PRIMARY KEY (sequence));"}});
    store_ = *store::OpenSqlite(std::move(options));
  }
  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return store_.get(); }

 private:
  const store::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
};

void Produce(store::Store& store) {
  for (int begin = 0; begin < kChanges; begin += kAppended) {
    store::WriteContext context;
    context.now = kNow;
    context.caller = "test";
    const auto written =
        store.WriteAndWait(context, [begin](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          for (int i = begin; i < begin + kAppended; ++i) {
            const absl::Status appended =
                Append(tx, SomeChange(Log::kFacts, "operators/" + std::to_string(i % 10),
                                      "payload " + std::to_string(i), kType));
            if (!appended.ok()) return appended;
          }
          return "";
        });
    REQUIRE(written.ok());
  }
}

FeedBatch BatchAfter(store::Store& store, const std::string& cursor, int count) {
  FeedQuery query;
  query.cursor = cursor;
  query.entries_max = count;
  FeedBatch batch;
  REQUIRE(store
              .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                auto read = ReadFeed(tx, query);
                if (!read.ok()) return read.status();
                batch = *std::move(read);
                return absl::OkStatus();
              })
              .ok());
  return batch;
}

struct Outcome {
  int64_t effects = 0;
  std::string digest;
};

Outcome OutcomeIn(store::Store& store) {
  Outcome outcome;
  Sha256Stream all;
  REQUIRE(store
              .ReadNow([&](store::ReadTx& tx) {
                return Effects().ForEach(tx, {"ORDER BY sequence"}, {}, [&](const store::Row& row) {
                  ++outcome.effects;
                  all.Update(std::to_string(row.Int(0)) + "|" + row.Text(1) + "\n");
                  return absl::OkStatus();
                });
              })
              .ok());
  outcome.digest = HexEncode(all.Finish());
  return outcome;
}

// The receiving end, and beside it what it should have made of what it got.
class Follower {
 public:
  explicit Follower(store::Store& store)
      : consumer_(store, "reactions", kOrigin,
                  {{kType, [this](store::WriteTx& tx, const ReceivedChange& change) {
                      return change.sequence == stalled_at_ ? absl::UnavailableError("not now")
                                                            : TakeEffect(tx, change);
                    }}}) {}

  // A batch as it was sent: new, wholly old, partly old, or beyond a gap.
  void Deliver(const FeedBatch& batch) {
    const int64_t begin = batch.entries.front().change.sequence;
    const int64_t end = batch.position;
    const absl::Status applied = consumer_.Apply(batch, kNow);
    INFO("entries " << begin << " to " << end << ", taken so far " << taken_ << ": " << applied);
    if (begin > taken_ + 1) {
      ++gaps;
      REQUIRE(errors::ReasonOf(applied) == Reason::kFeedGap);
      return;
    }
    REQUIRE(applied.ok());
    (end <= taken_ ? repeats : news) += 1;
    taken_ = std::max(taken_, end);
  }
  // Neighbours changed places on the way: nothing of it is taken.
  void DeliverSwapped(FeedBatch batch, size_t at) {
    std::swap(batch.entries[at], batch.entries[at + 1]);
    REQUIRE(errors::ReasonOf(consumer_.Apply(batch, kNow)) == Reason::kFeedGap);
    ++swaps;
  }
  // The reaction to one of its changes is not possible now: what stands before it is taken.
  void DeliverStalled(const FeedBatch& batch, int64_t sequence) {
    const bool reaches = batch.entries.front().change.sequence <= taken_ + 1;
    stalled_at_ = sequence;
    const absl::Status applied = consumer_.Apply(batch, kNow);
    stalled_at_ = 0;
    if (!reaches) {
      REQUIRE(errors::ReasonOf(applied) == Reason::kFeedGap);
    } else if (sequence > taken_) {
      REQUIRE(absl::IsUnavailable(applied));
      taken_ = std::max(taken_, sequence - 1);
      ++stalls;
    } else {
      REQUIRE(applied.ok());
      taken_ = std::max(taken_, batch.position);
    }
  }
  int64_t taken() const { return taken_; }
  std::string Cursor() const { return *consumer_.Cursor(); }

  int64_t gaps = 0, repeats = 0, news = 0, swaps = 0, stalls = 0, cuts = 0;

 private:
  std::atomic<int64_t> stalled_at_ = 0;
  int64_t taken_ = 0;
  Consumer consumer_;
};

// What a broken connection leaves: the beginning of a batch, whole in itself.
FeedBatch CutAfter(FeedBatch batch, size_t kept) {
  batch.entries.resize(kept);
  batch.cursor = batch.entries.back().cursor;
  batch.position = batch.entries.back().change.sequence;
  return batch;
}

void DeliverSomehow(const FeedBatch& batch, std::mt19937_64& random, Follower* follower) {
  const size_t count = batch.entries.size();
  switch (random() % 8) {
    case 0:
      if (count > 1) return follower->DeliverSwapped(batch, random() % (count - 1));
      [[fallthrough]];
    case 1:
      ++follower->cuts;
      return follower->Deliver(CutAfter(batch, 1 + random() % count));
    case 2:
      return follower->DeliverStalled(batch, batch.entries[random() % count].change.sequence);
    default:
      return follower->Deliver(batch);
  }
}

// A sender that has several batches underway: they arrive in any order and some of them again. When
// the follower got stuck, the sender begins anew from its cursor, as a new connection does.
void FollowShaken(store::Store& from, std::mt19937_64& random, Follower* follower) {
  std::deque<FeedBatch> underway;
  std::string sent;
  while (follower->taken() < kChanges) {
    if (underway.empty() || random() % 8 == 0) sent = follower->Cursor();
    while (underway.size() < kUnderway) {
      const int count = 1 + static_cast<int>(random() % limits::kFeedEntriesMax);
      FeedBatch batch = BatchAfter(from, sent, count);
      if (batch.entries.empty()) break;
      sent = batch.cursor;
      underway.push_back(std::move(batch));
    }
    // Mostly the first; else a later one overtakes it, and the first stays behind.
    const size_t at = random() % 6 == 0 ? random() % underway.size() : 0;
    DeliverSomehow(underway[at], random, follower);
    if (random() % 4 != 0) underway.erase(underway.begin() + static_cast<int64_t>(at));
  }
}

TEST_CASE("however a feed is shaken, each change takes effect once and in order", "[sqlite]") {
  std::mt19937_64 random(testing::Seed());
  QuickStore from, straight, shaken;
  Produce(*from);

  Follower calm(*straight);
  for (FeedBatch batch = BatchAfter(*from, "", 0); !batch.entries.empty();) {
    calm.Deliver(batch);
    batch = BatchAfter(*from, batch.cursor, 0);
  }
  const Outcome expected = OutcomeIn(*straight);
  REQUIRE(expected.effects == kChanges);

  Follower follower(*shaken);
  FollowShaken(*from, random, &follower);
  INFO(follower.news << " new, " << follower.repeats << " repeated, " << follower.gaps << " gaps, "
                     << follower.swaps << " swapped, " << follower.stalls << " stalled, "
                     << follower.cuts << " cut");
  for (const int64_t count : {follower.news, follower.repeats, follower.gaps, follower.swaps,
                              follower.stalls, follower.cuts}) {
    CHECK(count > 20);
  }
  const Outcome outcome = OutcomeIn(*shaken);
  CHECK(outcome.effects == kChanges);
  CHECK(outcome.digest == expected.digest);
}

}  // namespace
}  // namespace shian::ledger
