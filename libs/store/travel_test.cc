// Statements whose answers nobody waits for, and questions that are told in advance: on an engine
// behind a wire they travel with others, and what they do is the same.
#include <catch2/catch.hpp>
#include <set>

#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/store/limits.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

WriteFn AddStalls(int64_t first, int64_t last) {
  return [=](WriteTx& tx) -> absl::StatusOr<std::string> {
    for (int64_t number = first; number <= last; ++number) {
      RETURN_IF_ERROR(Stalls().Add(tx, Stall("operators/1", number)));
    }
    return "added";
  };
}

TEST_CASE("what was posted is there for the next question and after the commit") {
  TemporaryStore store(TestSchema());
  const int64_t many = static_cast<int64_t>(limits::kPostedMax) * 2 + 7;
  const auto written =
      store->WriteAndWait(Request("r1"), [many](WriteTx& tx) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(AddStalls(1, many)(tx).status());
        ASSIGN_OR_RETURN(const auto row, tx.QueryOne({"SELECT count(*) FROM stall"}, {}));
        RETURN_IF_ERROR(Stalls().Put(tx, Stall("operators/1", many, "meat")));
        RETURN_IF_ERROR(Stalls().Delete(tx, Values("operators/1", 1)));
        return std::to_string(row->Int(0));
      });
  REQUIRE(written.ok());
  CHECK(written->reply == std::to_string(many));
  CHECK(CountStalls(*store) == many - 1);
}

TEST_CASE("a row that is there already fails the write that adds it, and nothing of it stands") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), AddStalls(5, 5)).ok());
  WriteContext context = Request("r2");
  SECTION("with the commit") {}
  SECTION("in a dry run") { context.dry_run = true; }
  const auto refused = store->WriteAndWait(context, AddStalls(1, 9));
  CHECK(absl::IsAlreadyExists(refused.status()));
  CHECK(CountStalls(*store) == 1);
  // The request was not used up.
  CHECK(store->WriteAndWait(Request("r2"), AddStalls(1, 3))->reply == "added");
  CHECK(CountStalls(*store) == 4);
}

TEST_CASE("a refusal leaves nothing of what was posted before it") {
  TemporaryStore store(TestSchema());
  const auto refused =
      store->WriteAndWait(Request("r1"), [](WriteTx& tx) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(AddStalls(1, 3)(tx).status());
        return absl::FailedPreconditionError("not today");
      });
  CHECK(absl::IsFailedPrecondition(refused.status()));
  CHECK(CountStalls(*store) == 0);
  CHECK(store->WriteAndWait(Request("r2"), AddStalls(1, 3)).ok());
}

TEST_CASE("text that no engine keeps alike is told where it is posted") {
  TemporaryStore store(TestSchema());
  const auto refused =
      store->WriteAndWait(Request("r1"), [](WriteTx& tx) -> absl::StatusOr<std::string> {
        const absl::Status put = Stalls().Put(tx, Stall(std::string("a\0b", 3), 1));
        CHECK(absl::IsInvalidArgument(put));
        return put;
      });
  CHECK(absl::IsInvalidArgument(refused.status()));
}

TEST_CASE("an expected question has the answer that it would have had") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), AddStalls(1, 3)).ok());
  constexpr Sql kAll = {"WHERE operator = $1 ORDER BY number"};
  const absl::Status read = store->ReadNow([&](ReadTx& tx) -> absl::Status {
    Stalls().ExpectFind(tx, Values("operators/1", 2));
    Stalls().ExpectFind(tx, Values("operators/1", 7));
    Stalls().ExpectSelect(tx, kAll, Values("operators/1"));
    ASSIGN_OR_RETURN(const auto first, Stalls().Find(tx, Values("operators/1", 1)));
    CHECK(first->Int(1) == 1);
    ASSIGN_OR_RETURN(const auto none, Stalls().Find(tx, Values("operators/1", 7)));
    CHECK_FALSE(none.has_value());
    for (int again = 0; again < 2; ++again) {
      ASSIGN_OR_RETURN(const auto second, Stalls().Find(tx, Values("operators/1", 2)));
      CHECK(second->Int(1) == 2);
      ASSIGN_OR_RETURN(const auto all, Stalls().Select(tx, kAll, Values("operators/1")));
      CHECK(all.size() == 3);
    }
    return absl::OkStatus();
  });
  CHECK(read.ok());
  // What one read expected is nothing to the next.
  REQUIRE(store->WriteAndWait(Request("r2"), AddStalls(4, 4)).ok());
  const absl::Status unasked = store->ReadNow([&](ReadTx& tx) -> absl::Status {
    Stalls().ExpectSelect(tx, kAll, Values("operators/1"));
    return absl::OkStatus();
  });
  CHECK(unasked.ok());
  CHECK(CountStalls(*store) == 4);
}

TEST_CASE("many keys are found by few statements, each once, whatever their number") {
  TemporaryStore store(TestSchema());
  const int64_t group = static_cast<int64_t>(limits::kFoundTogether);
  REQUIRE(store->WriteAndWait(Request("r1"), AddStalls(1, 3 * group)).ok());
  for (const int64_t count : {int64_t{0}, int64_t{1}, group - 1, group, group + 1, 3 * group}) {
    const absl::Status read = store->ReadNow([&](ReadTx& tx) -> absl::Status {
      std::vector<std::vector<Value>> keys;
      for (int64_t i = 1; i <= count; ++i) keys.push_back(Values("operators/1", i));
      keys.push_back(Values("operators/2", 1));  // nobody's
      ASSIGN_OR_RETURN(const auto rows, Stalls().FindAll(tx, keys));
      std::set<int64_t> found;
      for (const Row& row : rows) found.insert(row.Int(1));
      CHECK(rows.size() == static_cast<size_t>(count));
      CHECK(found.size() == static_cast<size_t>(count));
      keys.pop_back();
      ASSIGN_OR_RETURN(const auto others, Stalls().FindAll(tx, keys));
      CHECK(others.size() == static_cast<size_t>(count));
      return absl::OkStatus();
    });
    CHECK(read.ok());
  }
}

TEST_CASE("an expected question that cannot be answered fails the read") {
  TemporaryStore store(TestSchema());
  const absl::Status read = store->ReadNow([&](ReadTx& tx) -> absl::Status {
    constexpr Sql kWrong = {"SELECT 1 FROM stall WHERE label = operator || nothing"};
    tx.Expect(kWrong, {});
    Stalls().Find(tx, Values("operators/1", 1)).status().IgnoreError();
    return tx.Query(kWrong, {}).status();
  });
  CHECK_FALSE(read.ok());
  CHECK(CountStalls(*store) == 0);
}

TEST_CASE("a repeated request whose COMMIT nobody hears of is still a repetition",
          "[postgresql][undisturbed]") {
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), AddStalls(1, 1)).ok());
  REQUIRE(faults::Arm("postgres_commit=error@1").ok());
  const auto again = store->WriteAndWait(Request("r1"), AddStalls(2, 2));
  faults::Arm("").IgnoreError();
  REQUIRE(again.ok());
  CHECK(again->replayed);
  CHECK(CountStalls(*store) == 1);
}

}  // namespace
}  // namespace shian::store
