#include "libs/ledger/restored.h"

#include <catch2/catch.hpp>

#include "libs/errors/errors.h"
#include "libs/ledger/consumer.h"
#include "libs/ledger/revision.h"
#include "libs/ledger/test_logs.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

using errors::Reason;

absl::StatusOr<RebuiltLog> Rebuild(store::TemporaryStore& store, Log log,
                                   const std::vector<int64_t>& sizes = {}) {
  return Ask<RebuiltLog>(store, [&](store::ReadTx& tx) { return RebuildLog(tx, log, sizes); });
}

absl::Status Begin(store::TemporaryStore& store, Log log, int64_t epoch) {
  return store
      .Write(kNow,
             [=](store::WriteTx& tx) -> absl::StatusOr<std::string> {
               const absl::Status begun =
                   BeginEpoch(tx, epoch, SomeChange(log, "epochs/n", "", "shian.test.epoch"));
               if (!begun.ok()) return begun;
               return "";
             })
      .status();
}

absl::Status Execute(store::TemporaryStore& store, const char* text) {
  return store
      .Write(kNow,
             [=](store::WriteTx& tx) -> absl::StatusOr<std::string> {
               const auto done = tx.Execute({text}, {});
               if (!done.ok()) return done.status();
               return "";
             })
      .status();
}

absl::StatusOr<FeedBatch> Feed(store::TemporaryStore& store, const std::string& cursor,
                               int most = 0) {
  FeedQuery query;
  query.cursor = cursor;
  query.entries_max = most;
  return Ask<FeedBatch>(store, [&](store::ReadTx& tx) { return ReadFeed(tx, query); });
}

}  // namespace

TEST_CASE("a log built anew has the roots that were signed, at every size") {
  store::TemporaryStore store;
  std::string pem;
  const auto ledger = StartLedger(store, &pem);
  std::map<int64_t, std::string> signed_roots;
  for (const int count : {1, 1, 5, 20, 100}) {
    REQUIRE(AppendMany(store, Log::kPublic, count).ok());
    REQUIRE(ledger->Flush().ok());
    const auto note =
        Ask<std::string>(store, [](store::ReadTx& tx) { return ReadCheckpoint(tx, Log::kPublic); });
    const auto checkpoint = VerifyNote(*note, ledger->VerifierKey(Log::kPublic));
    REQUIRE(checkpoint.ok());
    signed_roots[checkpoint->size] = checkpoint->root;
  }
  std::vector<int64_t> sizes = {0, 1000};
  for (const auto& [size, root] : signed_roots) sizes.push_back(size);
  const auto rebuilt = Rebuild(store, Log::kPublic, sizes);
  REQUIRE(rebuilt.ok());
  CHECK(rebuilt->state.last == 127);
  for (const auto& [size, root] : signed_roots) CHECK(rebuilt->roots.at(size) == root);
  CHECK_FALSE(rebuilt->roots.contains(1000));
  CHECK(Rebuild(store, Log::kFacts).ok());  // an empty one too
}

TEST_CASE("a log that lost an entry, its end or its tree is no longer what was signed") {
  store::TemporaryStore store;
  std::string pem;
  {
    const auto ledger = StartLedger(store, &pem);
    REQUIRE(AppendMany(store, Log::kFacts, 40).ok());
    REQUIRE(ledger->Flush().ok());
  }
  REQUIRE(Rebuild(store, Log::kFacts).ok());
  const std::string damage =
      GENERATE("DELETE FROM log_entry WHERE sequence = 7",
               "DELETE FROM log_entry WHERE sequence > 30", "DELETE FROM log_tile WHERE level = 0",
               "UPDATE log_entry SET sequence = sequence + 1000 WHERE sequence = 40");
  REQUIRE(Execute(store, damage.c_str()).ok());
  const auto rebuilt = Rebuild(store, Log::kFacts);
  INFO(damage << ": " << rebuilt.status());
  CHECK_FALSE(rebuilt.ok());
}

TEST_CASE("a restored log goes on in a new epoch under a new name, in the same tree") {
  store::TemporaryStore store;
  std::string pem;
  {
    const auto ledger = StartLedger(store, &pem);
    REQUIRE(AppendMany(store, Log::kPublic, 9).ok());
    REQUIRE(ledger->Flush().ok());
  }
  const std::string before = *Ask<std::string>(store, Revision);
  CHECK(absl::IsInvalidArgument(Begin(store, Log::kPublic, 1)));
  REQUIRE(Begin(store, Log::kPublic, 2).ok());
  CHECK(absl::IsInvalidArgument(Begin(store, Log::kPublic, 2)));
  const auto ledger = StartLedger(store, &pem);
  REQUIRE(ledger->Flush().ok());
  const auto note =
      Ask<std::string>(store, [](store::ReadTx& tx) { return ReadCheckpoint(tx, Log::kPublic); });
  const auto checkpoint = VerifyNote(*note, ledger->VerifierKey(Log::kPublic));
  REQUIRE(checkpoint.ok());
  CHECK(checkpoint->origin == "shian.test/410902/public/2");
  CHECK(checkpoint->size == 10);
  CHECK(Rebuild(store, Log::kPublic).ok());
  const auto proof = Ask<ConsistencyProof>(
      store, [](store::ReadTx& tx) { return ProveConsistency(tx, Log::kPublic, 9, 10); });
  REQUIRE(proof.ok());
  CHECK(VerifyConsistency(9, 10, proof->hashes, proof->root1, proof->root2).ok());
  // What an answer saw before the restore may be gone.
  const absl::Status old =
      store.Read([&](store::ReadTx& tx) { return RequireRevision(tx, before); });
  CHECK(errors::ReasonOf(old) == Reason::kRevisionInvalid);
}

TEST_CASE("a cursor goes on over a restore exactly as far as it saw what was kept") {
  store::TemporaryStore lost;  // the origin as it was before: 30 entries
  REQUIRE(AppendMany(lost, Log::kFacts, 30).ok());
  store::TemporaryStore store;  // restored at 20, and grown beyond 30 again
  REQUIRE(AppendMany(store, Log::kFacts, 20).ok());
  const std::string at_10 = Feed(store, "", 10)->cursor;
  const std::string at_20 = Feed(store, "")->cursor;
  const std::string at_21 = Feed(lost, "", 21)->cursor;
  const std::string at_30 = Feed(lost, "")->cursor;
  REQUIRE(Begin(store, Log::kFacts, 2).ok());
  REQUIRE(AppendMany(store, Log::kFacts, 20).ok());
  REQUIRE(Feed(store, at_10).ok());
  CHECK(Feed(store, at_10)->entries.front().change.sequence == 11);
  CHECK(Feed(store, at_20)->entries.front().change.id == "shian.test/410902/facts/2/21");
  for (const std::string& ahead : {at_21, at_30}) {
    CHECK(errors::ReasonOf(Feed(store, ahead).status()) == Reason::kFeedCursorAhead);
  }
  // A second restore, at 15: what the second epoch saw from 16 on is gone as well.
  store::TemporaryStore again;
  REQUIRE(AppendMany(again, Log::kFacts, 15).ok());
  REQUIRE(Begin(again, Log::kFacts, 3).ok());
  REQUIRE(AppendMany(again, Log::kFacts, 40).ok());
  const std::string second = Feed(store, "")->cursor;
  CHECK(errors::ReasonOf(Feed(again, second).status()) == Reason::kFeedCursorAhead);
  CHECK(errors::ReasonOf(Feed(again, at_20).status()) == Reason::kFeedCursorAhead);
  CHECK(Feed(again, at_10)->entries.front().change.sequence == 11);
}

TEST_CASE("a consumer takes what follows a restore once, and knows how far it has come") {
  store::TemporaryStore origin;
  REQUIRE(AppendMany(origin, Log::kFacts, 12).ok());
  store::SqliteOptions options;
  options.origin = "shian.follower/410902";
  store::TemporaryStore follower(store::Schema(1), std::move(options));
  Consumer consumer(*follower, "test", "shian.test/410902", {});
  REQUIRE(consumer.Apply(*Feed(origin, "", 10), kNow).ok());
  REQUIRE(Begin(origin, Log::kFacts, 2).ok());
  REQUIRE(Place(*origin).ok());
  REQUIRE(consumer.Apply(*Feed(origin, *consumer.Cursor()), kNow).ok());
  const auto followed = Ask<std::map<std::string, int64_t>>(follower, FollowedOrigins);
  REQUIRE(followed.ok());
  CHECK(*followed == std::map<std::string, int64_t>{{"shian.test/410902", 13}});
}

}  // namespace shian::ledger
