#include <catch2/catch.hpp>

#include "libs/errors/errors.h"
#include "libs/ledger/revision.h"
#include "libs/ledger/test_logs.h"

namespace shian::ledger {
namespace {

using errors::Reason;

FeedBatch Feed(store::TemporaryStore& store, FeedQuery query) {
  auto batch = Ask<FeedBatch>(store, [&](store::ReadTx& tx) { return ReadFeed(tx, query); });
  REQUIRE(batch.ok());
  return *std::move(batch);
}

TEST_CASE("the feed gives facts in order and resumes where it ended") {
  store::TemporaryStore store;
  REQUIRE(AppendMany(store, Log::kFacts, 25).ok());
  REQUIRE(AppendMany(store, Log::kAudit, 5).ok());
  FeedQuery query;
  query.entries_max = 10;
  std::vector<std::string> payloads;
  for (int round = 0; round < 3; ++round) {
    const FeedBatch batch = Feed(store, query);
    CHECK(batch.after == query.cursor);
    CHECK(batch.head == 25);
    for (const FeedEntry& entry : batch.entries) payloads.push_back(entry.change.payload);
    query.cursor = batch.cursor;
  }
  REQUIRE(payloads.size() == 25);
  CHECK(payloads[0] == "payload 0");
  CHECK(payloads[24] == "payload 24");
  const FeedBatch nothing = Feed(store, query);
  CHECK(nothing.entries.empty());
  CHECK(nothing.cursor == query.cursor);
  CHECK(nothing.position == nothing.head);
}

TEST_CASE("a cursor inside a batch resumes there") {
  store::TemporaryStore store;
  REQUIRE(AppendMany(store, Log::kFacts, 5).ok());
  const FeedBatch all = Feed(store, {});
  FeedQuery query;
  query.cursor = all.entries[2].cursor;
  const FeedBatch rest = Feed(store, query);
  REQUIRE(rest.entries.size() == 2);
  CHECK(rest.entries[0].change.sequence == 4);
}

TEST_CASE("filters drop entries and the cursor moves over them") {
  store::TemporaryStore store;
  REQUIRE(AppendTo(store, {SomeChange(Log::kFacts, "a", "1", "shian.credit.grade.determined"),
                           SomeChange(Log::kFacts, "b", "2", "shian.sanction.case.filed")})
              .ok());
  FeedQuery query;
  query.type_prefixes = {"shian.credit."};
  const FeedBatch credit = Feed(store, query);
  REQUIRE(credit.entries.size() == 1);
  CHECK(credit.entries[0].change.payload == "1");
  CHECK(credit.position == 2);
  query.cursor = credit.cursor;
  CHECK(Feed(store, query).entries.empty());
  query = {};
  query.region_prefixes = {"4108", "4200"};
  CHECK(Feed(store, query).entries.empty());
  query.region_prefixes = {"4109"};
  CHECK(Feed(store, query).entries.size() == 2);
}

TEST_CASE("a feed that nothing passes still gets ahead") {
  store::TemporaryStore store;
  REQUIRE(AppendMany(store, Log::kFacts, 5000).ok());
  FeedQuery query;
  query.type_prefixes = {"shian.none."};
  int rounds = 0;
  for (FeedBatch batch; batch.position < 5000 && rounds < 10; ++rounds) {
    batch = Feed(store, query);
    query.cursor = batch.cursor;
  }
  CHECK(rounds == 2);
}

TEST_CASE("a cursor that is not of this log is refused") {
  store::TemporaryStore store;
  REQUIRE(AppendMany(store, Log::kFacts, 3).ok());
  store::SqliteOptions other;
  other.origin = "shian.other/410902";
  store::TemporaryStore elsewhere(store::Schema(1), std::move(other));
  REQUIRE(AppendMany(elsewhere, Log::kFacts, 3).ok());
  const auto reason = [&](const std::string& cursor) {
    const auto batch =
        Ask<FeedBatch>(store, [&](store::ReadTx& tx) { return ReadFeed(tx, {.cursor = cursor}); });
    return errors::ReasonOf(batch.status());
  };
  CHECK(reason("nonsense!") == Reason::kFeedCursorInvalid);
  CHECK(reason(Feed(elsewhere, {}).cursor) == Reason::kFeedCursorInvalid);
  REQUIRE(AppendMany(store, Log::kFacts, 3).ok());
  store::TemporaryStore restored;
  REQUIRE(AppendMany(restored, Log::kFacts, 2).ok());
  const std::string ahead = Feed(store, {}).cursor;
  const auto batch =
      Ask<FeedBatch>(restored, [&](store::ReadTx& tx) { return ReadFeed(tx, {.cursor = ahead}); });
  CHECK(errors::ReasonOf(batch.status()) == Reason::kFeedCursorAhead);
}

TEST_CASE("a revision is reached once its entries are there") {
  store::TemporaryStore store;
  const auto revision = [&] { return *Ask<std::string>(store, Revision); };
  const auto require = [&](const std::string& token) {
    return store.Read([&](store::ReadTx& tx) { return RequireRevision(tx, token); });
  };
  const std::string empty = revision();
  REQUIRE(AppendMany(store, Log::kFacts, 2).ok());
  const std::string two = revision();
  CHECK(two != empty);
  CHECK(require(empty).ok());
  CHECK(require(two).ok());
  store::TemporaryStore replica;
  REQUIRE(AppendMany(replica, Log::kFacts, 1).ok());
  const absl::Status behind =
      replica.Read([&](store::ReadTx& tx) { return RequireRevision(tx, two); });
  CHECK(errors::ReasonOf(behind) == Reason::kRevisionNotReached);
  for (const std::string wrong : {"", "x", "AAAA"}) {
    CHECK(errors::ReasonOf(require(wrong)) == Reason::kRevisionInvalid);
  }
}

TEST_CASE("a write tells the revision it made, and a replay the present one") {
  store::SqliteOptions options;
  options.revision = Revision;
  store::TemporaryStore store(store::Schema(1), std::move(options));
  store::WriteContext context;
  context.now = kNow;
  context.caller = "test";
  context.request_id = "r1";
  const store::WriteFn append = [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status appended = Append(tx, SomeChange(Log::kFacts, "a", "1"));
    if (!appended.ok()) return appended;
    return "done";
  };
  const auto written = store->WriteAndWait(context, append);
  REQUIRE(written.ok());
  REQUIRE(Place(*store).ok());
  CHECK(store.Read([&](store::ReadTx& tx) { return RequireRevision(tx, written->revision); }).ok());
  if (!store->many_writers()) CHECK(written->revision == *Ask<std::string>(store, Revision));
  store::TemporaryStore replica;
  const absl::Status behind =
      replica.Read([&](store::ReadTx& tx) { return RequireRevision(tx, written->revision); });
  CHECK(errors::ReasonOf(behind) == Reason::kRevisionNotReached);
  REQUIRE(AppendMany(store, Log::kFacts, 1).ok());
  const auto again = store->WriteAndWait(context, append);
  CHECK(again->replayed);
  CHECK(again->revision == *Ask<std::string>(store, Revision));
}

}  // namespace
}  // namespace shian::ledger
