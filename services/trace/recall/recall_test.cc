#include "services/trace/recall/recall.h"

#include <catch2/catch.hpp>

#include "embedded/trace_schema.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/testing.h"
#include "services/trace/genealogy/testing.h"
#include "services/trace/recall/scope.h"
#include "services/trace/recall/store.h"

namespace shian::trace {
namespace {

const absl::Time kNow = FromMicros(1'741'000'000'000'000);
const absl::Time kLater = kNow + absl::Hours(3);

Recall Proposed() {
  Recall recall;
  recall.id = "0195a0a0-0000-7000-8000-000000000001";
  recall.sample = "samples/1";
  recall.operator_ = "operators/91410902MA3X00000X";
  recall.region = "410902";
  recall.lot = "meat";
  recall.known_time = recall.propose_time = recall.recorded = kNow;
  return recall;
}

Scope TwoHolders() {
  Scope scope;
  scope.sequence = 9;
  scope.lots = {{"meat", EpcKind::kLot, 0}, {"meal", EpcKind::kLot, 1}};
  scope.holders = {{.place = "a",
                    .operator_ = "operators/1",
                    .lots = {"meat"},
                    .lot_count = 1,
                    .first = kNow,
                    .last = kNow,
                    .last_holder = false},
                   {.place = "b",
                    .operator_ = "",
                    .lots = {"meal"},
                    .lot_count = 1,
                    .first = kNow,
                    .last = kLater,
                    .last_holder = true}};
  return scope;
}

TEST_CASE("a scope is frozen once, and only when it is complete") {
  Recall recall = Proposed();
  Scope cut = TwoHolders();
  cut.complete = false;
  CHECK(errors::ReasonOf(Freeze(cut, {}, kNow, &recall).status()) ==
        errors::Reason::kRecallScopeIncomplete);
  const auto notices = Freeze(TwoHolders(), {"p1", "o1", "c1"}, kNow, &recall);
  REQUIRE(notices.ok());
  CHECK(notices->size() == 2);
  CHECK(recall.lot_count == 2);
  CHECK(recall.holder_count == 2);
  CHECK(recall.scope_sequence == 9);
  CHECK(errors::ReasonOf(Freeze(TwoHolders(), {}, kNow, &recall).status()) ==
        errors::Reason::kRecallNotProposed);
}

TEST_CASE("an answer counts once and can be corrected until the recall ends") {
  Recall recall = Proposed();
  auto notices = *Freeze(TwoHolders(), {}, kNow, &recall);
  REQUIRE(Acknowledge({"5", "KGM", ""}, kLater, &recall, &notices[0]).ok());
  REQUIRE(Acknowledge({"6", "KGM", ""}, kLater, &recall, &notices[0]).ok());
  CHECK(recall.acknowledged_count == 1);
  CHECK(notices[0].recovered_quantity == "6");
  CHECK(Withdraw("overturned", kLater, &recall));
  CHECK_FALSE(Withdraw("again", kLater, &recall));
  CHECK(errors::ReasonOf(Acknowledge({}, kLater, &recall, &notices[1])) ==
        errors::Reason::kRecallEnded);
}

TEST_CASE("a scope takes in what was made of the lot, and a lot that no event names") {
  trace::testing::GraphMaker maker;
  maker.Seen(1, "meat", "https://id.gs1.org/414/6901234000016");
  maker.Process(2, "", {"meat"}, {"meal"});
  maker.Shipped(3, "meal", "https://id.gs1.org/414/6901234000016",
                "https://id.gs1.org/414/9520000000011");
  const Graph& graph = maker.graph();
  const Scope scope = TraceScope(graph, graph.Now(), {"meat", "urn:x:lot:unseen"}, {1'000});
  CHECK(scope.complete);
  CHECK(scope.lots.size() == 3);
  REQUIRE(scope.holders.size() == 2);
  CHECK(scope.holders[0].lot_count == 2);
  CHECK(scope.holders[1].last_holder);
}

TEST_CASE("recalls, scopes and notices are given back as they were stored") {
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  store::TemporaryStore store(schema);
  Recall stored = Proposed();
  stored.further_seeds = {"farm", "feed"};
  const auto notices = *Freeze(TwoHolders(), {"p1", "o1", "c1"}, kLater, &stored);
  REQUIRE(store
              .Write(kNow,
                     [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                       RETURN_IF_ERROR(recall::PutRecall(tx, stored));
                       RETURN_IF_ERROR(recall::InsertScope(tx, stored.id, TwoHolders().lots));
                       for (const Notice& n : notices) RETURN_IF_ERROR(recall::PutNotice(tx, n));
                       return std::string();
                     })
              .ok());
  REQUIRE(store
              .Read([&](store::ReadTx& tx) {
                const auto found = *recall::FindRecallOfSample(tx, "samples/1");
                REQUIRE(found);
                CHECK(found->seeds() == std::vector<std::string>{"meat", "farm", "feed"});
                CHECK(found->freeze_time == kLater);
                CHECK(found->withdraw_time == absl::InfiniteFuture());
                CHECK(found->frozen_by.card == "c1");
                CHECK(recall::ListScope(tx, stored.id, "", 10)->size() == 2);
                CHECK(recall::ListScope(tx, stored.id, "meal", 10)->size() == 1);
                CHECK(*recall::InScope(tx, stored.id, "meat"));
                CHECK(recall::ListNotices(tx, stored.id, "000001", 10)->size() == 1);
                recall::RecallFilter filter;
                filter.state = static_cast<int>(RecallState::kFrozen);
                CHECK(recall::ListRecalls(tx, filter, "", 10)->size() == 1);
                filter.state = static_cast<int>(RecallState::kProposed);
                CHECK(recall::ListRecalls(tx, filter, "", 10)->empty());
                CHECK((*recall::FindNotice(tx, stored.id, "000001"))->holder.operator_ ==
                      "operators/1");
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("a clock runs out when its duty was not done by its due time") {
  Recall recall = Proposed();
  calendar::Due due;
  due.due = kLater;
  CHECK_FALSE(RanOut(ClocksOf(recall).front(), due, kLater));
  CHECK(RanOut(ClocksOf(recall).front(), due, kLater + absl::Microseconds(1)));
  due.pending = true;
  CHECK_FALSE(RanOut(ClocksOf(recall).front(), due, kLater + absl::Hours(1)));
  due.pending = false;
  REQUIRE(Freeze(TwoHolders(), {}, kLater, &recall).ok());
  CHECK_FALSE(RanOut(ClocksOf(recall).front(), due, kLater + absl::Hours(1)));
  REQUIRE(ClocksOf(recall).size() == 2);
  CHECK(ClocksOf(recall).back().duty == Duty::kFinish);
  CHECK(RanOut(ClocksOf(recall).back(), due, kLater + absl::Hours(1)));
  REQUIRE(Complete(kLater, &recall).ok());
  CHECK_FALSE(RanOut(ClocksOf(recall).back(), due, kLater + absl::Hours(1)));
  CHECK(errors::ReasonOf(Complete(kLater, &recall)) == errors::Reason::kRecallNotFrozen);
}

TEST_CASE("each version of a recall and of its notices stays, and erasure empties them all") {
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  store::TemporaryStore store(schema);
  Recall recall = Proposed();
  std::vector<Notice> notices;
  const auto write = [&](absl::Time now, auto change) {
    REQUIRE(store
                .Write(now,
                       [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                         RETURN_IF_ERROR(change(tx));
                         return std::string();
                       })
                .ok());
  };
  write(kNow, [&](store::WriteTx& tx) { return recall::PutRecall(tx, recall); });
  notices = *Freeze(TwoHolders(), {"p1", "o1", "c1"}, kLater, &recall);
  write(kLater, [&](store::WriteTx& tx) -> absl::Status {
    RETURN_IF_ERROR(recall::PutRecall(tx, recall));
    return recall::PutNotice(tx, notices[0]);
  });
  for (const char* quantity : {"5", "6"}) {
    const absl::Time at = kLater + absl::Hours(quantity[0] - '0');
    REQUIRE(Acknowledge({quantity, "KGM", "电话13800000000"}, at, &recall, &notices[0]).ok());
    write(at, [&](store::WriteTx& tx) { return recall::PutNotice(tx, notices[0]); });
  }
  std::vector<std::string> erased;
  write(kLater + absl::Hours(9), [&](store::WriteTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(erased, recall::EraseRemarks(tx, "operators/1"));
    return absl::OkStatus();
  });
  CHECK(erased == std::vector<std::string>{notices[0].name()});
  REQUIRE(store
              .Read([&](store::ReadTx& tx) {
                CHECK_FALSE(*recall::FindRecall(tx, recall.id, kNow - absl::Hours(1)));
                CHECK((*recall::FindRecall(tx, recall.id, kNow))->state == RecallState::kProposed);
                CHECK((*recall::FindRecall(tx, recall.id))->state == RecallState::kFrozen);
                const auto quantity = [&](absl::Time at) {
                  const auto found = *recall::ListNotices(tx, recall.id, "", 10, at);
                  REQUIRE(found.size() == 1);
                  CHECK(found[0].remark.empty());
                  return found[0].recovered_quantity;
                };
                CHECK(quantity(kLater + absl::Hours(5)) == "5");
                CHECK(quantity(absl::InfiniteFuture()) == "6");
                CHECK(recall::ListNotices(tx, recall.id, "", 10, kNow)->empty());
                CHECK(recall::ListRecalls(tx, {.region = "410900"}, "", 10)->size() == 1);
                CHECK(recall::ListRecalls(tx, {.region = "410901"}, "", 10)->empty());
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("a hazard gives its class by law") {
  CHECK(ClassOf(Hazard::kSevere) == RecallClass::kOne);
  CHECK(ClassOf(Hazard::kGeneral) == RecallClass::kTwo);
  CHECK(ClassOf(Hazard::kUnknown) == RecallClass::kTwo);
  CHECK(ClassOf(Hazard::kLabel) == RecallClass::kThree);
}

}  // namespace
}  // namespace shian::trace
