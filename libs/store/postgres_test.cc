// What only an engine with many writers does: conflicts, connections that break, several processes.
#include "libs/store/postgres.h"

#include <catch2/catch.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/scrub.h"
#include "libs/store/test_schema.h"

namespace shian::store {
namespace {

using errors::Reason;

struct DisarmAtEnd {
  ~DisarmAtEnd() { faults::Arm("").IgnoreError(); }
};

void Order(const std::string& faults) { REQUIRE(faults::Arm(faults).ok()); }

WriteFn InsertTwoStalls() {
  return [](WriteTx& tx) -> absl::StatusOr<std::string> {
    for (int number : {1, 2}) {
      const absl::Status inserted = Stalls().Insert(tx, Stall("operators/1", number));
      if (!inserted.ok()) return inserted;
    }
    return "two";
  };
}

// Reads a row and writes it back one higher: two of these must never read the same.
WriteFn CountUp() {
  return [](WriteTx& tx) -> absl::StatusOr<std::string> {
    const auto row = Stalls().Find(tx, Values("operators/1", 0));
    if (!row.ok()) return row.status();
    const std::string next = absl::StrCat(std::stoi((*row)->Text(3)) + 1);
    const absl::Status put = Stalls().Put(tx, Stall("operators/1", 0, next));
    if (!put.ok()) return put;
    return next;
  };
}

// How many statements the write passes when nothing disturbs it.
int Statements(const WriteFn& fn) {
  TemporaryStore store(TestSchema());
  Order("postgres_statement=error@100000");
  REQUIRE(store->WriteAndWait(Request("r1"), fn).ok());
  return static_cast<int>(faults::PassesOf("postgres_statement"));
}

TEST_CASE("whichever statement conflicts or loses its connection, a write takes effect once",
          "[postgresql][undisturbed]") {
  const DisarmAtEnd disarm;
  const char* kind = GENERATE("error:ABORTED", "error:UNAVAILABLE");
  const bool own = GENERATE(false, true);
  const int statements = Statements(InsertTwoStalls());
  REQUIRE(statements >= 3);
  for (int place = 1; place <= statements; ++place) {
    INFO(kind << " at statement " << place << (own ? " of own work" : ""));
    TemporaryStore store(TestSchema());
    Order(absl::StrCat("postgres_statement=", kind, "@", place));
    const auto written = store->WriteAndWait(Request(own ? "" : "r1"), InsertTwoStalls());
    faults::Arm("").IgnoreError();
    REQUIRE(written.ok());
    CHECK(written->reply == "two");
    CHECK_FALSE(written->replayed);
    CHECK(CountStalls(*store) == 2);
    CHECK(store->stats().conflicts + store->stats().lost == 1);
  }
}

TEST_CASE("a commit whose answer is lost is found out, not repeated", "[postgresql]") {
  const DisarmAtEnd disarm;
  const bool own = GENERATE(false, true);
  TemporaryStore store(TestSchema());
  Order("postgres_commit=error@1");
  // A second run would be refused: the stalls are there.
  const auto written = store->WriteAndWait(Request(own ? "" : "r1"), InsertTwoStalls());
  faults::Arm("").IgnoreError();
  REQUIRE(written.ok());
  CHECK(written->reply == "two");
  CHECK_FALSE(written->replayed);
  CHECK(CountStalls(*store) == 2);
  if (!own) CHECK(store->WriteAndWait(Request("r1"), InsertTwoStalls())->replayed);
}

// What a caller hears who waits until `deadline`.
absl::Status WriteUntil(Store& store, absl::Time deadline) {
  absl::Notification told;
  absl::Status status;
  store.Write(Request("r1"), InsertTwoStalls(), deadline, [&](absl::StatusOr<Written> written) {
    status = written.status();
    told.Notify();
  });
  told.WaitForNotification();
  return status;
}

// What every COMMIT waits for; nobody of that name ever comes.
void WaitForStandby(const std::string& name) {
  ExecuteOnDatabase(absl::StrCat("ALTER SYSTEM SET synchronous_standby_names = '", name, "'"));
  ExecuteOnDatabase("SELECT pg_reload_conf()");
  absl::SleepFor(absl::Milliseconds(200));
}

TEST_CASE("while a COMMIT waits for its standby nothing definite is said, and then its row tells",
          "[postgresql][undisturbed]") {
  const DisarmAtEnd disarm;
  ExecuteOnDatabase("ALTER ROLE CURRENT_USER SET synchronous_commit = 'on'");
  TemporaryStore store(TestSchema());
  WaitForStandby("nobody");
  Order("postgres_commit=error@1");
  const absl::Status status = WriteUntil(*store, absl::Now() + absl::Seconds(2));
  faults::Arm("").IgnoreError();
  CHECK(errors::ReasonOf(status) == Reason::kStoreAway);
  CHECK(CountStalls(*store) == 0);  // reads see what is confirmed
  WaitForStandby("");
  const auto again = store->WriteAndWait(Request("r1"), InsertTwoStalls());
  REQUIRE(again.ok());
  CHECK(again->replayed);
  CHECK(again->reply == "two");
  CHECK(CountStalls(*store) == 2);
}

TEST_CASE("a database that stays away is told as such, at the deadline, without its own words",
          "[postgresql]") {
  const DisarmAtEnd disarm;
  TemporaryStore store(TestSchema());
  Order("postgres_statement=error:UNAVAILABLE");
  const absl::Time begun = absl::Now();
  const absl::Status status = WriteUntil(*store, begun + absl::Milliseconds(300));
  faults::Arm("").IgnoreError();
  CHECK(errors::ReasonOf(status) == Reason::kStoreAway);
  CHECK(absl::Now() - begun < absl::Seconds(2));
  CHECK(store->stats().lost > 0);
  CHECK(store->WriteAndWait(Request("r1"), InsertTwoStalls()).ok());
}

TEST_CASE("a check at rest that loses its database goes on where it was, and finds nothing damaged",
          "[postgresql]") {
  const DisarmAtEnd disarm;
  TemporaryStore store(TestSchema());
  REQUIRE(store->WriteAndWait(Request("r1"), InsertTwoStalls()).ok());
  // The list of tables is lost first, then the columns of one, then the first page.
  for (int place = 1; place <= 40; place += 3) {
    INFO("lost at statement " << place);
    Scrub scrub(*store);
    Order(absl::StrCat("postgres_statement=error:UNAVAILABLE@", place));
    int64_t rows = 0;
    int lost = 0;
    for (bool more = true; more;) {
      const absl::StatusOr<ScrubPage> page = scrub.Next();
      lost += absl::IsUnavailable(page.status());
      if (!page.ok()) continue;
      CHECK(page->damaged.empty());
      rows += page->rows;
      more = page->more;
    }
    CHECK(lost <= 1);
    if (place == 1) CHECK(lost == 1);
    CHECK(rows >= 2);
  }
}

TEST_CASE("a statement that failed and was passed over commits nothing", "[postgresql]") {
  TemporaryStore store(TestSchema());
  const auto written =
      store->WriteAndWait(Request("r1"), [](WriteTx& tx) -> absl::StatusOr<std::string> {
        Stalls().Insert(tx, Stall("operators/1", 1)).IgnoreError();
        tx.Execute({"INSERT INTO no_such_table (a) VALUES (1)"}, {}).status().IgnoreError();
        return "";
      });
  CHECK_FALSE(written.ok());
  CHECK(CountStalls(*store) == 0);
}

TEST_CASE("many who count up one row never count alike, from two processes too", "[postgresql]") {
  TemporaryStore store(TestSchema());
  const std::unique_ptr<Store> replica = store.OpenReplica();
  REQUIRE(store
              .Write(absl::Now(),
                     [](WriteTx& tx) -> absl::StatusOr<std::string> {
                       const absl::Status put = Stalls().Put(tx, Stall("operators/1", 0, "0"));
                       if (!put.ok()) return put;
                       return "";
                     })
              .ok());
  constexpr int kWrites = 40;
  absl::BlockingCounter left(kWrites);
  std::atomic<int> failed = 0;
  for (int i = 0; i < kWrites; ++i) {
    Store& writer = i % 2 == 0 ? *store : *replica;
    writer.Write(Request(absl::StrCat("r", i)), CountUp(), absl::Now() + absl::Seconds(20),
                 [&](const absl::StatusOr<Written>& written) {
                   if (!written.ok()) ++failed;
                   left.DecrementCount();
                 });
  }
  left.Wait();
  CHECK(failed == 0);
  const absl::Status read = store.Read([&](ReadTx& tx) -> absl::Status {
    const auto row = Stalls().Find(tx, Values("operators/1", 0));
    if (!row.ok()) return row.status();
    CHECK((*row)->Text(3) == absl::StrCat(kWrites));
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

TEST_CASE("one request that two processes run at once takes effect once", "[postgresql]") {
  TemporaryStore store(TestSchema());
  const std::unique_ptr<Store> replica = store.OpenReplica();
  for (int round = 0; round < 10; ++round) {
    const std::string id = absl::StrCat("r", round);
    const WriteFn insert = InsertStall("operators/1", round);
    absl::StatusOr<Written> here;
    absl::StatusOr<Written> there;
    std::thread other([&] { there = replica->WriteAndWait(Request(id), insert); });
    here = store->WriteAndWait(Request(id), insert);
    other.join();
    REQUIRE(here.ok());
    REQUIRE(there.ok());
    CHECK(here->replayed + there->replayed == 1);
    CHECK(here->reply == there->reply);
  }
  CHECK(CountStalls(*store) == 10);
}

TEST_CASE("several processes bring an empty database forward at once", "[postgresql]") {
  TemporaryStore store(TestSchema());
  Schema next = TestSchema();
  next.migrations.push_back(
      {"test", 2, "0002_more", "CREATE TABLE more (id TEXT NOT NULL, PRIMARY KEY (id));"});
  std::vector<std::thread> starting;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 4; ++i) {
    starting.emplace_back([&] {
      if (store.OpenReplica(next) != nullptr) ++opened;
    });
  }
  for (std::thread& thread : starting) thread.join();
  CHECK(opened == 4);
}

}  // namespace
}  // namespace shian::store
