// A consumer that is killed loses nothing and does nothing twice. Each case runs it in a child.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libs/base/status_macros.h"
#include "libs/faults/faults.h"
#include "libs/ledger/consumer.h"
#include "libs/ledger/test_logs.h"
#include "libs/store/fact_table.h"

namespace shian::ledger {
namespace {

using store::Values;

constexpr int kChanges = 6;

const store::FactTable& Effects() {
  static const auto* table = new store::FactTable("effect", {"sequence"}, 1);
  return *table;
}

std::unique_ptr<store::Store> OpenAt(const std::string& path, const std::string& origin) {
  store::SqliteOptions options;
  options.path = path;
  options.schema = store::Schema(3, {{"test", 1, "0001_effects",
                                      "CREATE TABLE effect (sequence INT64 NOT NULL, "
                                      "digest BYTES NOT NULL, PRIMARY KEY (sequence));"}});
  options.origin = origin;
  auto store = store::OpenSqlite(std::move(options));
  return store.ok() ? *std::move(store) : nullptr;
}

// Follows `from` to its end. Every effect is an insert, so one that came twice would fail.
absl::Status Follow(store::Store& from, store::Store& to) {
  Consumer consumer(
      to, "reactions", from.origin(),
      {{"shian.test.thing.happened", [](store::WriteTx& tx, const ReceivedChange& change) {
          return Effects().Insert(tx, Values(change.sequence));
        }}});
  while (true) {
    FeedQuery query;
    query.entries_max = 2;
    ASSIGN_OR_RETURN(query.cursor, consumer.Cursor());
    FeedBatch batch;
    RETURN_IF_ERROR(from.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(batch, ReadFeed(tx, query));
      return absl::OkStatus();
    }));
    if (batch.entries.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(consumer.Apply(batch, kNow));
  }
}

TEST_CASE("a consumer killed at any point takes each change once", "[sqlite]") {
  store::TemporaryFolder folder;
  const std::string from_path = folder.path() + "/from.db";
  {
    const auto from = OpenAt(from_path, "shian.from/410902");
    store::WriteContext context;
    context.now = kNow;
    const auto written =
        from->WriteAndWait(context, [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          for (int i = 0; i < kChanges; ++i) {
            RETURN_IF_ERROR(Append(tx, SomeChange(Log::kFacts, "operators/1", "x")));
          }
          return "";
        });
    REQUIRE(written.ok());
  }
  for (const char* fault : {"after_effect=kill@3", "before_cursor=kill@2", "before_commit=kill@2",
                            "after_commit=kill@2", "before_reply=kill@2"}) {
    INFO(fault);
    store::TemporaryFolder mine;
    const std::string to_path = mine.path() + "/to.db";
    const pid_t child = fork();
    if (child == 0) {
      const auto from = OpenAt(from_path, "shian.from/410902");
      const auto to = OpenAt(to_path, "shian.to/410902");
      if (!faults::Arm(fault).ok()) _exit(1);
      Follow(*from, *to).IgnoreError();
      _exit(2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    const auto from = OpenAt(from_path, "shian.from/410902");
    const auto to = OpenAt(to_path, "shian.to/410902");
    REQUIRE(Follow(*from, *to).ok());
    const absl::Status read = to->ReadNow([](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto rows, Effects().Select(tx, {"ORDER BY sequence"}, {}));
      CHECK(rows.size() == kChanges);
      return absl::OkStatus();
    });
    CHECK(read.ok());
  }
}

}  // namespace
}  // namespace shian::ledger
