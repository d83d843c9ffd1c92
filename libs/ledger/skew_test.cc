// A rule between two rows, neither of which a write of the other changes: snapshots alone do not
// keep it. What does is the operator's version, which every write moves that reports about the
// operator.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <latch>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/ledger/test_logs.h"
#include "libs/store/test_schema.h"

namespace shian::ledger {
namespace {

// "Only when the other stall is not there": finds out, waits until both have found out, writes.
store::WriteFn InsertUnless(int other, int own, bool reports, std::latch& both) {
  return [=, &both, waited = std::make_shared<bool>(false)](
             store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const auto there = store::Stalls().Find(tx, store::Values("operators/1", other));
    if (!there.ok()) return there.status();
    if (there->has_value()) return absl::FailedPreconditionError("the other was first");
    if (!std::exchange(*waited, true)) both.arrive_and_wait();
    const absl::Status inserted = store::Stalls().Insert(tx, store::Stall("operators/1", own));
    if (!inserted.ok()) return inserted;
    if (reports) {
      const absl::Status reported = Append(tx, SomeChange(Log::kFacts, "operators/1", "opened"));
      if (!reported.ok()) return reported;
    }
    return "inserted";
  };
}

// Two processes' writes at once: how many stalls there are after it, and how many were told so.
struct Came {
  int64_t stalls = 0;
  int told = 0;
};
Came InsertBoth(bool reports) {
  store::TemporaryStore store(store::TestSchema());
  const std::unique_ptr<store::Store> replica = store.OpenReplica();
  std::latch both(2);
  absl::StatusOr<store::Written> here;
  absl::StatusOr<store::Written> there;
  std::thread other([&] {
    there = replica->WriteAndWait(store::Request("r2"), InsertUnless(1, 2, reports, both));
  });
  here = store->WriteAndWait(store::Request("r1"), InsertUnless(2, 1, reports, both));
  other.join();
  for (const auto& written : {here, there}) {
    INFO(written.status());
    CHECK((written.ok() || absl::IsFailedPrecondition(written.status())));
  }
  return {store::CountStalls(*store), here.ok() + there.ok()};
}

TEST_CASE("of two writes that rest on each other's absence one loses, at either isolation",
          "[postgresql][undisturbed]") {
  for (int round = 0; round < 5; ++round) {
    const Came came = InsertBoth(true);
    CHECK(came.stalls == 1);
    CHECK(came.told == 1);
  }
}

TEST_CASE("which is the version's doing: without it snapshots let both through",
          "[postgresql][undisturbed]") {
  const bool snapshot = std::getenv("SHIAN_TEST_SNAPSHOT") != nullptr;
  const Came came = InsertBoth(false);
  CHECK(came.stalls == (snapshot ? 2 : 1));
  CHECK(came.told == came.stalls);
}

}  // namespace
}  // namespace shian::ledger
