#include "services/sanction/snapshot/store.h"

#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "embedded/sanction_schema.h"
#include "libs/base/property.h"
#include "libs/base/time.h"
#include "libs/store/testing.h"

namespace shian::sanction {
namespace {

const absl::Time kNow = StartOfDay(Date(2025, 6, 1));

struct World {
  World() : store(store::Schema(0x53410004).Add("sanction", kMigrations)) {}

  void Write(store::WriteFn fn) {
    const auto written = store.Write(kNow, std::move(fn));
    if (!written.ok()) throw std::runtime_error(std::string(written.status().message()));
  }
  SnapshotItems Current() {
    SnapshotItems items;
    const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
      auto current = CurrentItems(tx);
      if (!current.ok()) return current.status();
      items = *std::move(current);
      return absl::OkStatus();
    });
    if (!read.ok()) throw std::runtime_error(std::string(read.message()));
    return items;
  }
  // A making that stops before it ends leaves its items.
  void Make(int64_t sequence, const SnapshotItems& items, bool whole) {
    const SnapshotDifference difference = DifferenceOf(Current(), items);
    Write([&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      absl::Status status = RemoveItems(tx, sequence, difference.removed);
      if (status.ok()) status = AddItems(tx, sequence, difference.added);
      if (status.ok() && whole) status = InsertSnapshot(tx, {sequence, 1, kNow});
      if (!status.ok()) return status;
      return std::string();
    });
  }
  // What somebody who has `base` comes to, page by page.
  SnapshotItems Update(SnapshotItems items, int64_t base, int64_t sequence) {
    SnapshotKey after;
    while (true) {
      std::vector<SnapshotRow> rows;
      const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
        auto between = RowsBetween(tx, base, sequence, after, 2);
        if (!between.ok()) return between.status();
        rows = *std::move(between);
        return absl::OkStatus();
      });
      if (!read.ok()) throw std::runtime_error(std::string(read.message()));
      if (rows.empty()) return items;
      for (const SnapshotRow& row : rows) {
        if (row.item.empty()) {
          items.erase(row.key);
        } else {
          items[row.key] = row.item;
        }
      }
      after = rows.back().key;
    }
  }

  store::TemporaryStore store;
};

TEST_CASE("from every snapshot to every later one the difference leads there") {
  CHECK(shian::testing::PropertyHolds("differences of snapshots add up", [] {
    World world;
    std::vector<SnapshotItems> made = {{}};
    const int count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
      const auto some = [] {
        SnapshotItems items;
        for (int key = 0; key < 5; ++key) {
          const int value = *rc::gen::inRange(0, 3);
          if (value == 0) continue;
          items[{absl::StrCat("op-", key / 2), absl::StrCat("e-", key)}] = absl::StrCat(value);
        }
        return items;
      };
      const auto sequence = static_cast<int64_t>(made.size());
      if (*rc::gen::element(true, false)) world.Make(sequence, some(), false);
      made.push_back(some());
      world.Make(sequence, made.back(), true);
    }
    for (size_t base = 0; base < made.size(); ++base) {
      for (size_t to = base; to < made.size(); ++to) {
        RC_ASSERT(world.Update(made[base], static_cast<int64_t>(base), static_cast<int64_t>(to)) ==
                  made[to]);
      }
    }
  }));
}

TEST_CASE("what only forgotten snapshots had is forgotten") {
  World world;
  world.Make(1, {{{"op-1", "e-1"}, "a"}}, true);
  world.Make(2, {{{"op-1", "e-1"}, "b"}}, true);
  world.Make(3, {{{"op-1", "e-1"}, "b"}, {{"op-2", "e-2"}, "c"}}, true);
  world.Write([](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status dropped = DropSnapshotsBefore(tx, 2);
    if (!dropped.ok()) return dropped;
    return std::string();
  });
  CHECK(world.Update({}, 0, 3).size() == 2);
  CHECK(world.Update({{{"op-1", "e-1"}, "b"}}, 2, 3).size() == 2);
}

}  // namespace
}  // namespace shian::sanction
